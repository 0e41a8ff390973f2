package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code env}. */
final class EnvCommand extends Command {
    private static final Pattern KEY = Pattern.compile("tg_[0-9A-Za-z]{10}_[0-9A-Za-z]{32}");

    private final Arg<ClientSettings.Client> client = positional(
            "CLIENT", ClientSettings.Client.class, "0..1", "One of ${COMPLETION-CANDIDATES}. Default: all four.");
    private final Arg<String> newKey = option("--new-key", "NAME", "Create a key of this name and put it in.");
    private final KeyLimits limits = new KeyLimits(this);

    EnvCommand() {
        super("env", "Print a client's settings, for: eval \"$$(tollgate env claude)\"");
        footer("The key is the one in TOLLGATE_KEY, or a new one (--new-key); else the token of whoever is signed in.");
    }

    @Override
    int run(Surroundings surroundings, Output out) {
        if (newKey.given().isEmpty() && !limits.none()) {
            throw Failure.usage("--models and --expires are for a new key.", "Add --new-key NAME.");
        }
        ServerAddress server = ServerAddress.of(surroundings);
        ClientSettings settings = new ClientSettings(server);
        Optional<String> key = newKey.given().isEmpty()
                ? given(surroundings)
                : Optional.of(
                        limits.create(AdminApi.of(surroundings), newKey.value()).text("key"));
        List<ClientSettings.Client> clients =
                client.given().map(List::of).orElseGet(() -> List.of(ClientSettings.Client.values()));
        if (key.isEmpty() && LoginStore.of(surroundings, server).known()) {
            TokenHelper helper = new TokenHelper(server, surroundings);
            clients.forEach(each -> print(settings, each, helper, out));
            return 0;
        }
        clients.forEach(each -> print(settings, each, key, out));
        if (key.isEmpty()) {
            out.notice("There is no key yet: put one into TOLLGATE_KEY, let this create one with --new-key NAME,"
                    + " or sign in: tollgate login");
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
        addresses(settings, client, out);
        String variable = settings.keyVariable(client);
        out.line(key.map(text -> "export " + variable + "=" + TokenHelper.quoted(text))
                .orElse("# export " + variable + "=<a key: tollgate env " + client + " --new-key NAME>"));
        unset(settings.conflicting(client), out);
        if (client == ClientSettings.Client.CODEX) {
            function("codex", settings.codexOptions(), out);
            forGood("~/.codex/config.toml", settings.codexConfiguration(), out);
        }
    }

    /** With the token of whoever is signed in, which is not said here: each client asks for it. */
    private static void print(ClientSettings settings, ClientSettings.Client client, TokenHelper helper, Output out) {
        addresses(settings, client, out);
        List<String> conflicting = new ArrayList<>(settings.conflicting(client));
        switch (client) {
            case CLAUDE -> {
                helper.claudeEnvironment().forEach((name, value) -> out.line("export " + name + "=" + value));
                // It would win over the helper.
                conflicting.addFirst(settings.keyVariable(client));
                unset(conflicting, out);
                function("claude", helper.claudeOptions(), out);
                forGood("~/.claude/settings.json", List.of(helper.claudeSettings()), out);
            }
            case CODEX -> {
                unset(conflicting, out);
                function("codex", helper.codexOptions(), out);
                forGood("~/.codex/config.toml", helper.codexConfiguration(), out);
            }
            case OPENAI, GEMINI -> {
                out.line("# For some minutes; for longer create a key: tollgate env " + client + " --new-key NAME");
                out.line("export " + settings.keyVariable(client) + "=\"$(" + helper.shell() + ")\"");
                unset(conflicting, out);
            }
        }
    }

    private static void addresses(ClientSettings settings, ClientSettings.Client client, Output out) {
        out.line("# " + client.title());
        settings.addresses(client)
                .forEach((name, value) -> out.line("export " + name + "=" + TokenHelper.quoted(value)));
    }

    private static void unset(List<String> names, Output out) {
        if (!names.isEmpty()) {
            out.line("unset " + String.join(" ", names));
        }
    }

    private static void function(String command, List<String> options, Output out) {
        out.line(command + "() { command " + command + " "
                + options.stream().map(TokenHelper::quoted).collect(Collectors.joining(" ")) + " \"$@\"; }");
    }

    private static void forGood(String file, List<String> lines, Output out) {
        out.line("# Or for good, in " + file + ":");
        lines.forEach(line -> out.line("#   " + line));
    }
}
