package dev.tollgate.cli;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code provider add|list|set|remove}. */
final class ProviderCommands {
    private static final String AUTH = "How a credential is sent: ${COMPLETION-CANDIDATES}.";

    /** A wire format. */
    enum Dialect {
        ANTHROPIC,
        OPENAI,
        GEMINI,
        /** Of Amazon Bedrock alone. */
        CONVERSE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A cloud that hosts a vendor's models. */
    enum Platform {
        BEDROCK,
        VERTEX;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a credential authenticates. */
    enum Auth {
        X_API_KEY("x-api-key"),
        BEARER("bearer"),
        X_GOOG_API_KEY("x-goog-api-key"),
        AWS_SIGV4("aws-sigv4"),
        GOOGLE_SERVICE_ACCOUNT("google-service-account"),
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
        private final Arg<Dialect> dialect = option(
                "--dialect",
                "DIALECT",
                Dialect.class,
                "What it speaks: ${COMPLETION-CANDIDATES}. Needed without --platform; converse on bedrock only.");
        private final Arg<String> baseUrl =
                option("--base-url", "URL", "Where its API begins. Default with --platform: the platform's address.");
        private final Arg<Platform> platform = option(
                "--platform",
                "PLATFORM",
                Platform.class,
                "The cloud that hosts models for you: ${COMPLETION-CANDIDATES}.");
        private final Arg<String> region = option("--region", "R", "The platform's region, such as us-east-1.");
        private final Arg<String> project = option("--project", "ID", "The project at Vertex AI.");
        private final Arg<Auth> auth =
                option("--auth", "STYLE", Auth.class, AUTH + " Default: the dialect's own, or the platform's.");

        Add() {
            super("add", "Add a provider that speaks a known dialect.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            boolean direct = platform.given().isEmpty();
            if (direct && (dialect.given().isEmpty() || baseUrl.given().isEmpty())) {
                throw Failure.usage(
                        "What the provider speaks and where it is was not given.",
                        "Give --dialect DIALECT and --base-url URL, or --platform PLATFORM --region R.");
            }
            Json.Obj body = Json.object().put("name", name.value());
            dialect.given().ifPresent(spoken -> body.put("dialect", spoken.toString()));
            baseUrl.given().ifPresent(url -> body.put("base_url", url));
            platform.given().ifPresent(cloud -> body.put("platform", cloud.toString()));
            region.given().ifPresent(place -> body.put("region", place));
            project.given().ifPresent(id -> body.put("project", id));
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
                    Table.left("PLATFORM"),
                    Table.left("BUILT IN"),
                    Table.elastic("BASE URL"));
            for (Json.Obj provider : answer.rows("data")) {
                table.row(
                        provider.text("name"),
                        String.join(", ", provider.texts("dialects")),
                        provider.text("auth"),
                        platform(provider),
                        provider.flag("builtin") ? "yes" : "no",
                        provider.text("base_url"));
            }
            out.table(table, "There is no provider.");
            return 0;
        }
    }

    /** {@code bedrock us-east-1}, or empty. */
    private static String platform(Json.Obj provider) {
        return Stream.of("platform", "region", "project")
                .map(provider::text)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(" "));
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
