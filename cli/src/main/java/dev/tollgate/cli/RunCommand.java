package dev.tollgate.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code run}: a command with a key that lives as long as it does. */
final class RunCommand extends Command {
    /** As env(1), timeout(1) and shells say it. */
    private static final int NOT_STARTED = 127;

    private static final Duration DEFAULT_EXPIRY = Duration.ofHours(24);

    private final Arg<String> name =
            option("--name", "N", "What to call the key. Default: run-, and something random.");
    private final KeyLimits limits = new KeyLimits(this);
    private final Arg<String[]> command =
            positional("CMD", String[].class, "1..*", "The command and its arguments, after --.");

    RunCommand() {
        super("run", "Run a command with every client's settings and a key of its own, revoked when it ends.");
        footer(
                "Without --expires the key ends after 24 hours, whatever becomes of the command.",
                "The exit code is the command's own; 127 where it could not be started.");
    }

    @Override
    int run(Surroundings surroundings, Output out) throws IOException {
        AdminApi api = AdminApi.of(surroundings);
        Json.Obj key = limits.createEnding(api, name.given().orElseGet(RunCommand::randomName), DEFAULT_EXPIRY);
        try (KeyGuard _ = new KeyGuard(api, key, out)) {
            return run(new ClientSettings(api.server()), key.text("key"), surroundings);
        }
    }

    private static String randomName() {
        return "run-" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
    }

    private int run(ClientSettings settings, String key, Surroundings surroundings) {
        ProcessBuilder builder = new ProcessBuilder(arguments(settings)).inheritIO();
        builder.environment().keySet().removeAll(ClientSettings.withheld(settings));
        builder.environment().putAll(settings.environment(key));
        try {
            return new ChildProcess(builder, surroundings.terminal().isInput()).run();
        } catch (IOException notStarted) {
            // Not its message: it holds the whole command line.
            surroundings
                    .err()
                    .println("Error: " + Format.plain(command.value()[0])
                            + " cannot be started: is it installed and on the PATH?");
            return NOT_STARTED;
        }
    }

    /** The command; Codex takes the gate's address from options alone. */
    private List<String> arguments(ClientSettings settings) {
        List<String> arguments = new ArrayList<>(List.of(command.value()));
        if (Path.of(command.value()[0]).endsWith("codex")) {
            arguments.addAll(1, settings.codexOptions());
        }
        return arguments;
    }
}
