package dev.tollgate.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code federation lease keep|list|remove}. */
final class LeaseCommands {
    private LeaseCommands() {}

    static CommandSpec group() {
        return Command.group(
                "lease",
                "Claude Code setup tokens that people lend to jobs of theirs.",
                new Keep(),
                new ListAll(),
                new RemoveCommand("/federation-leases/{}", "Setup token of", "Lend it no more, and forget it."));
    }

    private static final class Keep extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The rule whose jobs are to have it.");

        Keep() {
            super(
                    "keep",
                    "Lend your own Claude Code setup token to a rule's jobs. It is read from standard input, or unseen.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            String token = SecretInput.read("Setup token", surroundings);
            Json.Obj kept = api.put(
                    Resource.of("/federation-leases/{}", name.value()),
                    Json.object().put("setup_token", token));
            if (json()) {
                out.json(kept);
                return 0;
            }
            out.line("Jobs of the rule " + kept.text("rule") + ", and nobody else, can have your setup token until "
                    + out.minute(kept.text("expires_at")) + ".");
            out.line(
                    "Whatever runs in such a job can copy it. Workload identity federation at the provider needs no token.");
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List whose setup tokens are lent, and to which jobs.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/federation-leases"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("RULE"),
                    Table.left("PERSON"),
                    Table.left("KEPT"),
                    Table.left("EXPIRES"),
                    Table.right("LEASES TODAY"));
            for (Json.Obj kept : answer.rows("data")) {
                table.row(
                        kept.text("rule"),
                        kept.text("person_id"),
                        out.minute(kept.text("kept_at")),
                        out.minute(kept.text("expires_at")),
                        Format.count(kept.number("leases_today")));
            }
            out.table(table, "Nobody lends a setup token. Lend yours: tollgate federation lease keep NAME");
            return 0;
        }
    }
}
