package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code person grant list|revoke}. */
final class GrantCommands {
    private GrantCommands() {}

    static CommandSpec group() {
        return Command.group(
                "grant", "What people have allowed apps, and what that has cost.", new ListAll(), new Revoke());
    }

    private static final class ListAll extends ServerCommand {
        private final Arg<String> person = positional(PersonCommands.PERSON, "The person's id or email address.");

        ListAll() {
            super("list", "List what a person has allowed apps.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/people/{}/grants", person.value()));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.left("APP"),
                    Table.left("CAP"),
                    Table.right("OF IT"),
                    Table.right("IN ALL"),
                    Table.left("LAST USED"),
                    Table.left("ENDS"),
                    Table.elastic("SCOPES"));
            for (Json.Obj grant : answer.rows("data")) {
                boolean capped = grant.has("cap_usd");
                table.row(
                        grant.text("id"),
                        grant.child("app").text("name"),
                        capped ? Format.price(grant.text("cap_usd")) + "/" + grant.text("cap_window") : Format.NONE,
                        capped ? Format.cost(grant.text("cap_spent_usd")) : Format.NONE,
                        Format.cost(grant.text("spent_usd")),
                        out.minute(grant.text("last_used_at")),
                        out.minute(grant.text("expires_at")),
                        String.join(", ", grant.texts("scopes")));
            }
            out.table(table, "That person has allowed no app anything.");
            return 0;
        }
    }

    private static final class Revoke extends ServerCommand {
        private final Arg<String> id = positional("ID", "The grant's id.");

        Revoke() {
            super("revoke", "Take back what an app was allowed, at once and for good.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj grant = api.delete(Resource.of("/grants/{}", id.value()));
            if (json()) {
                out.json(grant);
            } else {
                out.line(grant.child("app").text("name") + " has no access by " + grant.text("id") + " any more.");
            }
            return 0;
        }
    }
}
