package dev.tollgate.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code identity-provider add|list|remove}. */
final class IdentityProviderCommands {
    private IdentityProviderCommands() {}

    static CommandSpec group() {
        return Command.group(
                "identity-provider",
                "OpenID providers by which people sign in, such as Google, Microsoft or Okta.",
                new Add(),
                new ListAll(),
                new Remove());
    }

    private static final class Add extends ServerCommand {
        private final Arg<String> name = positional("NAME", "What to call it: a-z, 0-9 and '-'.");
        private final Arg<String> issuer = option("--issuer", "URL", "Its issuer, like https://accounts.google.com.");
        private final Arg<String> client = option("--client-id", "ID", "The client's id there.");
        private final Arg<Boolean> open = flag("The client has no secret.", "--no-secret");
        private final Arg<String> title = option("--title", "TEXT", "What people read on the button. Default: NAME.");
        private final Arg<String> domains =
                option("--hosted-domain", "DOMAIN,…", "Only accounts of these Google Workspace domains.");
        private final Arg<String> tenants =
                option("--tenant", "ID,…", "Only these tenants, of Microsoft's issuer for organizations.");
        private final Arg<Boolean> near =
                flag("Allow an issuer on this machine or in a private network, over http too.", "--private");

        Add() {
            super("add", "Let people sign in through it. The client's secret is read from standard input, or unseen.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            if (issuer.given().isEmpty() || client.given().isEmpty()) {
                throw Failure.usage("The issuer or the client is missing.", "Give --issuer and --client-id.");
            }
            Json.Obj body = Json.object()
                    .put("name", name.value())
                    .put("title", title.given().orElse(name.value()))
                    .put("issuer", issuer.value())
                    .put("client_id", client.value());
            if (!open.value()) {
                body.put("client_secret", SecretInput.read("Client secret", surroundings));
            }
            domains.given().ifPresent(words -> body.put("hosted_domains", Format.words(words)));
            tenants.given().ifPresent(words -> body.put("tenants", Format.words(words)));
            if (near.value()) {
                body.put("private", true);
            }
            Json.Obj added = api.post(Resource.of("/identity-providers"), body);
            if (json()) {
                out.json(added);
                return 0;
            }
            out.line("People can sign in through " + added.text("title") + " (" + added.text("issuer") + ").");
            out.line("Register this redirect URI there: " + added.text("redirect_uri"));
            return 0;
        }
    }

    private static final class Remove extends RemoveCommand {
        private final Arg<Boolean> force = flag("Even if people can sign in through it alone.", "--force");

        Remove() {
            super("/identity-providers/{}", "Identity provider", "Let nobody sign in through it any more.");
        }

        @Override
        Resource thing(String name) {
            return super.thing(name).query("force", force.value() ? "true" : "");
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the providers by which people sign in.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/identity-providers"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("TITLE"),
                    Table.left("ISSUER"),
                    Table.left("ONLY"),
                    Table.elastic("REDIRECT URI"));
            for (Json.Obj provider : answer.rows("data")) {
                String domains = String.join(",", provider.texts("hosted_domains"));
                String tenants = String.join(",", provider.texts("tenants"));
                table.row(
                        provider.text("name"),
                        provider.text("title"),
                        provider.text("issuer"),
                        Format.orNone(domains + tenants),
                        provider.text("redirect_uri"));
            }
            out.table(table, "People sign in here alone. Add a provider: tollgate identity-provider add NAME");
            return 0;
        }
    }
}
