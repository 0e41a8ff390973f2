package dev.tollgate.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command that runs as whoever is signed in. Claude Code and Codex ask for a token whenever theirs is about to end;
 * everything else gets the present one.
 */
final class PersonRun {
    private static final String SETTINGS = "--settings";

    private final ServerAddress server;
    private final Surroundings surroundings;
    private final Output out;
    private final ClientSettings settings;
    private final TokenHelper helper;

    PersonRun(ServerAddress server, Surroundings surroundings, Output out) {
        this.server = server;
        this.surroundings = surroundings;
        this.out = out;
        this.settings = new ClientSettings(server);
        this.helper = new TokenHelper(server, surroundings);
    }

    /** True for a command that can ask for its token. */
    static boolean renews(String... command) {
        return isCodex(command) || isClaude(command);
    }

    private static boolean isCodex(String... command) {
        return Path.of(command[0]).endsWith("codex");
    }

    /** Not with settings of the person's own, which ours would take the place of. */
    private static boolean isClaude(String... command) {
        return Path.of(command[0]).endsWith("claude")
                && Arrays.stream(command).noneMatch(word -> word.equals(SETTINGS) || word.startsWith(SETTINGS + "="));
    }

    /**
     * The command, yet to be started.
     *
     * @throws Failure where the sign-in is over: better said here than by the command
     */
    ProcessBuilder prepare(String... command) {
        AccessToken token = new Tokens(LoginStore.of(surroundings, server), surroundings)
                .forPrograms()
                .token();
        List<String> arguments = new ArrayList<>(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(arguments);
        builder.environment().keySet().removeAll(ClientSettings.withheld(settings));
        if (isClaude(command)) {
            arguments.addAll(1, helper.claudeOptions());
            // A token there would win over the helper.
            builder.environment().remove(settings.keyVariable(ClientSettings.Client.CLAUDE));
            builder.environment().putAll(settings.addresses(ClientSettings.Client.CLAUDE));
            builder.environment().putAll(helper.claudeEnvironment());
        } else if (isCodex(command)) {
            arguments.addAll(1, helper.codexOptions());
        } else {
            builder.environment().putAll(settings.environment(token.value()));
            out.notice("The command has your own token, until "
                    + out.minute(token.expiresAt())
                    + ". For one that runs longer, let an administrator create a key: tollgate key create");
        }
        return builder;
    }
}
