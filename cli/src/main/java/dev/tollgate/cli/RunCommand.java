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
        super("run", "Run a command with every client's settings and a key of its own, or as whoever is signed in.");
        footer(
                "A key of its own is revoked when the command ends. Claude Code and Codex need none where you are signed in.",
                "Without --expires the key ends after 24 hours, whatever becomes of the command.",
                "The exit code is the command's own; 127 where it could not be started.");
    }

    @Override
    int run(Surroundings surroundings, Output out) throws IOException {
        ServerAddress server = ServerAddress.of(surroundings);
        if (asPerson(server, surroundings)) {
            return run(new PersonRun(server, surroundings, out).prepare(command.value()), surroundings);
        }
        AdminApi api = AdminApi.of(surroundings);
        Json.Obj key = limits.createEnding(api, name.given().orElseGet(RunCommand::randomName), DEFAULT_EXPIRY);
        try (KeyGuard _ = new KeyGuard(api, key, out)) {
            return run(withKey(new ClientSettings(api.server()), key.text("key")), surroundings);
        }
    }

    /**
     * Whether it runs as whoever is signed in: not where a key of its own is asked for, and for a command that cannot
     * renew its token not where the owner is there to make a key, which lasts.
     */
    private boolean asPerson(ServerAddress server, Surroundings surroundings) {
        LoginStore store = LoginStore.of(surroundings, server);
        return name.given().isEmpty()
                && limits.none()
                && store.known()
                && surroundings.variable(OwnerToken.VARIABLE).isEmpty()
                && (PersonRun.renews(command.value())
                        || OwnerToken.ofHome(surroundings, server).isEmpty());
    }

    private static String randomName() {
        return "run-" + Long.toUnsignedString(new SecureRandom().nextLong(), 36);
    }

    /** Every client's settings; Codex takes the gate's address from options alone. */
    private ProcessBuilder withKey(ClientSettings settings, String key) {
        List<String> arguments = new ArrayList<>(List.of(command.value()));
        if (Path.of(command.value()[0]).endsWith("codex")) {
            arguments.addAll(1, settings.codexOptions());
        }
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().keySet().removeAll(ClientSettings.withheld(settings));
        builder.environment().putAll(settings.environment(key));
        return builder;
    }

    private int run(ProcessBuilder builder, Surroundings surroundings) {
        try {
            return new ChildProcess(builder.inheritIO(), surroundings.terminal().isInput()).run();
        } catch (IOException notStarted) {
            // Not its message: it holds the whole command line.
            surroundings
                    .err()
                    .println("Error: " + Format.plain(command.value()[0])
                            + " cannot be started: is it installed and on the PATH?");
            return NOT_STARTED;
        }
    }
}
