package dev.tollgate.cli;

import java.io.IOException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.TypeConversionException;

/** {@code credential add|list|set|check|rotate|remove}. The secret comes from a hidden prompt or standard input alone. */
final class CredentialCommands {
    private static final String FROM_WHERE = " It is read from standard input, or from a prompt that hides it.";

    private static final String CONTEXT = "--max-context";

    private CredentialCommands() {}

    static CommandSpec group() {
        return Command.group(
                "credential",
                "Secrets that authenticate to a provider; encrypted, and never shown again.",
                new Add(),
                new ListAll(),
                new Change(),
                new Check(),
                new Rotate(),
                new RemoveCommand("/credentials/{}", "Credential", "Remove a credential; its secret is erased."));
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What to call it.");
        private final Arg<String> provider = required("--provider", "P", "The provider that it is for.");
        private final Arg<String> kind = option("--kind", "K", "What it is. Default: recognised from the secret.");
        private final Arg<Long> context = option(
                CONTEXT, "TOKENS", Long.class, new Context(), "The longest context that its plan takes, or none.");
        private final Arg<Boolean> check = flag("Ask the provider at once whether it accepts it.", "--check");

        Add() {
            super("add", "Put a secret into the vault." + FROM_WHERE);
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            Json.Obj body = Json.object().put("name", name.value()).put("provider", provider.value());
            kind.given().ifPresent(what -> body.put("kind", what));
            context.given().ifPresent(tokens -> body.put("max_context_tokens", tokens));
            if (check.value()) {
                body.put("check", true);
            }
            body.put("secret", SecretInput.read("Secret for " + provider.value(), surroundings));
            Json.Obj credential = api.post(Resource.of("/credentials"), body);
            Json.Obj outcome = credential.child("check");
            if (json()) {
                out.json(credential);
            } else {
                tell(credential, "was added", out);
                if (credential.has("check")) {
                    out.line(outcome.text("message"));
                }
            }
            return check.value() && !outcome.flag("ok") ? Failure.REFUSED : 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all credentials; never their secrets.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/credentials"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("PROVIDER"),
                    Table.left("KIND"),
                    Table.left("ENDS IN"),
                    Table.left("FINGERPRINT"),
                    Table.right("MAX CONTEXT"),
                    Table.right("VERSION"),
                    Table.left("CREATED"),
                    Table.left("ROTATED"),
                    Table.elastic("STATE"));
            for (Json.Obj credential : answer.rows("data")) {
                String reason = credential.text("state_reason");
                table.row(
                        credential.text("name"),
                        credential.text("provider"),
                        credential.text("kind"),
                        credential.text("last_four"),
                        credential.text("fingerprint"),
                        tokens(credential),
                        credential.text("version"),
                        out.minute(credential.text("created_at")),
                        out.minute(credential.text("rotated_at")),
                        credential.text("state") + (reason.isEmpty() ? "" : ": " + reason));
            }
            out.table(table, "There is no credential. Add one: tollgate credential add NAME --provider P");
            return 0;
        }
    }

    private static String tokens(Json.Obj credential) {
        long tokens = credential.number("max_context_tokens");
        return tokens == 0 ? Format.NONE : Format.count(tokens);
    }

    /** A number of tokens; {@code none} is 0, as the server writes it. */
    private static final class Context implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            if (!text.matches("none|[1-9]\\d{0,9}")) {
                throw new TypeConversionException("not a number of tokens like 200000, nor none");
            }
            return text.equals("none") ? 0 : Long.parseLong(text);
        }
    }

    private static final class Change extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The credential.");
        private final Arg<Long> context = required(
                CONTEXT,
                "TOKENS",
                Long.class,
                new Context(),
                "The longest context that its plan takes; none: as long as the model takes.");

        Change() {
            super("set", "Note what a credential's plan takes.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj credential = api.patch(
                    Resource.of("/credentials/{}", name.value()),
                    Json.object().put("max_context_tokens", context.value()));
            if (json()) {
                out.json(credential);
            } else {
                long tokens = credential.number("max_context_tokens");
                out.line("The plan of the credential " + credential.text("name") + " takes "
                        + (tokens == 0 ? "as long a context as the model." : Format.count(tokens) + " tokens."));
            }
            return 0;
        }
    }

    private static final class Check extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The credential.");

        Check() {
            super("check", "Ask the provider whether it accepts a credential. Exit code 1 if it does not.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj outcome = api.post(Resource.of("/credentials/{}/check", name.value()));
            if (json()) {
                out.json(outcome);
            } else {
                out.line(outcome.text("message"));
            }
            return outcome.flag("ok") ? 0 : Failure.REFUSED;
        }
    }

    private static final class Rotate extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The credential.");

        Rotate() {
            super("rotate", "Replace a credential's secret." + FROM_WHERE);
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            Json.Obj body =
                    Json.object().put("secret", SecretInput.read("New secret for " + name.value(), surroundings));
            Json.Obj credential = api.post(Resource.of("/credentials/{}/rotate", name.value()), body);
            if (json()) {
                out.json(credential);
            } else {
                tell(credential, "has a new secret", out);
            }
            return 0;
        }
    }

    private static void tell(Json.Obj credential, String what, Output out) {
        // What was cleaned off the secret, beside the answer.
        credential.texts("notices").forEach(notice -> out.notice("Note: " + notice));
        out.line("Credential " + credential.text("name") + " " + what + ": " + credential.text("kind") + ", ends in "
                + credential.text("last_four") + ", fingerprint " + credential.text("fingerprint") + ", version "
                + credential.text("version") + ".");
    }
}
