package dev.tollgate.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code env}. */
final class EnvCommand extends Command {
    private static final Pattern KEY = Pattern.compile("tg_[0-9A-Za-z]{10}_[0-9A-Za-z]{32}");
    private static final Pattern SAFE_IN_A_SHELL = Pattern.compile("[A-Za-z0-9_./:@%+,=-]+");

    private final Arg<ClientSettings.Client> client = positional(
            "CLIENT", ClientSettings.Client.class, "0..1", "One of ${COMPLETION-CANDIDATES}. Default: all four.");
    private final Arg<String> newKey = option("--new-key", "NAME", "Create a key of this name and put it in.");
    private final KeyLimits limits = new KeyLimits(this);

    EnvCommand() {
        super("env", "Print a client's settings, for: eval \"$$(tollgate env claude)\"");
        footer("The key is the one in TOLLGATE_KEY, or a new one (--new-key).");
    }

    @Override
    int run(Surroundings surroundings, Output out) {
        if (newKey.given().isEmpty() && !limits.none()) {
            throw Failure.usage("--models and --expires are for a new key.", "Add --new-key NAME.");
        }
        ClientSettings settings = new ClientSettings(ServerAddress.of(surroundings));
        Optional<String> key = newKey.given().isEmpty()
                ? given(surroundings)
                : Optional.of(
                        limits.create(AdminApi.of(surroundings), newKey.value()).text("key"));
        List<ClientSettings.Client> clients =
                client.given().map(List::of).orElseGet(() -> List.of(ClientSettings.Client.values()));
        clients.forEach(each -> print(settings, each, key, out));
        if (key.isEmpty()) {
            out.notice("There is no key yet: put one into TOLLGATE_KEY, or let this create one with --new-key NAME.");
        }
        return 0;
    }

    private static Optional<String> given(Surroundings surroundings) {
        Optional<String> key = surroundings.variable(ClientSettings.KEY_VARIABLE);
        if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
            throw Failure.usage(
                    "What stands in TOLLGATE_KEY is not a key of Tollgate (tg_…).",
                    "Create one: tollgate key create --name N");
        }
        return key;
    }

    private static void print(ClientSettings settings, ClientSettings.Client client, Optional<String> key, Output out) {
        out.line("# " + client.title());
        settings.addresses(client).forEach((name, value) -> out.line("export " + name + "=" + quoted(value)));
        String variable = settings.keyVariable(client);
        out.line(key.map(text -> "export " + variable + "=" + quoted(text))
                .orElse("# export " + variable + "=<a key: tollgate env " + client + " --new-key NAME>"));
        List<String> conflicting = settings.conflicting(client);
        if (!conflicting.isEmpty()) {
            out.line("unset " + String.join(" ", conflicting));
        }
        if (client == ClientSettings.Client.CODEX) {
            out.line("codex() { command codex "
                    + settings.codexOptions().stream().map(EnvCommand::quoted).collect(Collectors.joining(" "))
                    + " \"$@\"; }");
            out.line("# Or for good, in ~/.codex/config.toml:");
            settings.codexConfiguration().forEach(line -> out.line("#   " + line));
        }
    }

    /** As one word of a POSIX shell. */
    private static String quoted(String text) {
        return SAFE_IN_A_SHELL.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
