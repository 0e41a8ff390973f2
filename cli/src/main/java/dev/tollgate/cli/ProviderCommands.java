package dev.tollgate.cli;

import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;

/** {@code provider add|list|set|remove}. */
final class ProviderCommands {
    private static final String AUTH = "How a credential is sent: ${COMPLETION-CANDIDATES}.";

    /** A wire format. */
    enum Dialect {
        ANTHROPIC,
        OPENAI,
        GEMINI;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The header that carries a credential. */
    enum Auth {
        X_API_KEY("x-api-key"),
        BEARER("bearer"),
        X_GOOG_API_KEY("x-goog-api-key"),
        NONE("none");

        private final String wireName;

        Auth(String wireName) {
            this.wireName = wireName;
        }

        @Override
        public String toString() {
            return wireName;
        }
    }

    private ProviderCommands() {}

    static CommandSpec group() {
        return Command.group(
                "provider",
                "Vendors of models, and servers that speak their dialect.",
                new Add(),
                new ListAll(),
                new Change(),
                new RemoveCommand("/providers/{}", "Provider", "Remove a provider that was added."));
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What to call it.");
        private final Arg<Dialect> dialect =
                required("--dialect", "DIALECT", Dialect.class, "What it speaks: ${COMPLETION-CANDIDATES}.");
        private final Arg<String> baseUrl = required("--base-url", "URL", "Where its API begins.");
        private final Arg<Auth> auth = option("--auth", "STYLE", Auth.class, AUTH + " Default: the dialect's own.");

        Add() {
            super("add", "Add a provider that speaks a known dialect.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = Json.object()
                    .put("name", name.value())
                    .put("dialect", dialect.value().toString())
                    .put("base_url", baseUrl.value());
            auth.given().ifPresent(style -> body.put("auth", style.toString()));
            Json.Obj provider = api.post(Resource.of("/providers"), body);
            if (json()) {
                out.json(provider);
                return 0;
            }
            out.line("Provider " + name.value() + " was added.");
            out.line("Give it a credential: tollgate credential add NAME --provider " + name.value());
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all providers.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/providers"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("DIALECTS"),
                    Table.left("AUTH"),
                    Table.left("BUILT IN"),
                    Table.elastic("BASE URL"));
            for (Json.Obj provider : answer.rows("data")) {
                table.row(
                        provider.text("name"),
                        String.join(", ", provider.texts("dialects")),
                        provider.text("auth"),
                        provider.flag("builtin") ? "yes" : "no",
                        provider.text("base_url"));
            }
            out.table(table, "There is no provider.");
            return 0;
        }
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The provider.");
        private final Arg<String> baseUrl = option("--base-url", "URL", "Where its API begins.");
        private final Arg<Auth> auth = option("--auth", "STYLE", Auth.class, AUTH);

        Change() {
            super("set", "Move a provider, a built-in one too, to another address.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj change = Json.object();
            baseUrl.given().ifPresent(url -> change.put("base_url", url));
            auth.given().ifPresent(style -> change.put("auth", style.toString()));
            if (change.fields().isEmpty()) {
                throw Failure.usage("Nothing to change was given.", "Give --base-url URL, --auth STYLE or both.");
            }
            Json.Obj provider = api.patch(Resource.of("/providers/{}", name.value()), change);
            if (json()) {
                out.json(provider);
                return 0;
            }
            out.line("Provider " + provider.text("name") + " is at " + provider.text("base_url") + ", auth "
                    + provider.text("auth") + ".");
            return 0;
        }
    }
}
