package dev.tollgate.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code audit tail|verify|export}. */
final class AuditCommands {
    private AuditCommands() {}

    static CommandSpec group() {
        return Command.group(
                "audit",
                "The hash-chained record of every change and settlement.",
                new Tail(),
                new Verify(),
                new Export());
    }

    private static final class Tail extends ServerCommand {
        private final Arg<Integer> limit = option("-n", "N", 20, Integer.class, "How many, at most 1000. Default: 20.");
        private final Arg<Boolean> follow = flag(
                "Go on with new rows as they come, until interrupted. JSON is then one row a line.", "-f", "--follow");

        Tail() {
            super("tail", "Show the last rows.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            if (limit.value() < 1 || limit.value() > 1000) {
                throw Failure.usage("-n is from 1 to 1000.", "For all rows: tollgate audit export");
            }
            Resource rows = Resource.of("/audit").query("limit", limit.value().toString());
            Json.Obj answer = api.get(rows);
            if (follow.value()) {
                follow(api, rows, answer, surroundings, out);
            } else if (json()) {
                out.jsonRows(answer);
            } else {
                out.table(table(answer.rows("data"), out), "The audit log is empty.");
            }
            return 0;
        }

        private void follow(AdminApi api, Resource page, Json.Obj first, Surroundings surroundings, Output out) {
            Json.Obj answer = first;
            long last = 0;
            while (!Thread.currentThread().isInterrupted()) {
                List<Json.Obj> rows = answer.rows("data");
                for (Json.Obj row : rows) {
                    if (json()) {
                        out.jsonLine(row);
                    } else {
                        out.line(line(row, out));
                    }
                    last = row.number("seq");
                }
                if (out.stream().checkError()) {
                    return; // Whoever read this has gone (a closed pipe).
                }
                if (rows.size() < limit.value()) {
                    pause(surroundings);
                }
                answer = api.get(page.query("after", Long.toString(last)));
            }
        }

        private static void pause(Surroundings surroundings) {
            try {
                Thread.sleep(surroundings.pollInterval());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private static String line(Json.Obj row, Output out) {
            return row.text("seq") + "  " + out.second(row.text("at")) + "  " + row.text("actor") + "  "
                    + row.text("action") + "  " + row.text("subject") + "  " + row.text("detail");
        }

        private static Table table(List<Json.Obj> rows, Output out) {
            Table table = new Table(
                    Table.right("SEQ"),
                    Table.left("TIME"),
                    Table.left("ACTOR"),
                    Table.left("ACTION"),
                    Table.left("SUBJECT"),
                    Table.elastic("DETAIL"));
            for (Json.Obj row : rows) {
                table.row(
                        row.text("seq"),
                        out.second(row.text("at")),
                        row.text("actor"),
                        row.text("action"),
                        row.text("subject"),
                        row.text("detail"));
            }
            return table;
        }
    }

    private static final class Verify extends ServerCommand {
        Verify() {
            super("verify", "Compute the whole chain again. Exit code 1 where it is broken.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj verdict = api.get(Resource.of("/audit/verify"));
            boolean whole = verdict.flag("ok");
            if (json()) {
                out.json(verdict);
            } else if (whole) {
                out.line("The audit chain is whole: " + Format.count(verdict.number("rows")) + " rows, head "
                        + Format.orNone(verdict.text("head")) + ".");
            } else {
                out.line("The audit chain is BROKEN:");
                verdict.rows("broken")
                        .forEach(row -> out.line("  row " + row.text("seq") + ": " + row.text("problem")));
            }
            return whole ? 0 : Failure.REFUSED;
        }
    }

    private static final class Export extends Command {
        private final Arg<Path> file = option("--output", "FILE", Path.class, "Where to. Default: standard output.");

        Export() {
            super("export", "Write every row as JSON, one a line.");
        }

        @Override
        int run(Surroundings surroundings, Output out) throws IOException {
            AdminApi api = AdminApi.of(surroundings);
            Resource export = Resource.of("/audit/export");
            if (file.given().isEmpty()) {
                api.copy(export, out.stream());
                return 0;
            }
            try (OutputStream sink = Files.newOutputStream(file.value())) {
                api.copy(export, sink);
            }
            out.notice("The audit log was written to " + file.value() + ".");
            return 0;
        }
    }
}
