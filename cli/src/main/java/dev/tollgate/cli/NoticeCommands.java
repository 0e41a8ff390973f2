package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code notice list}. */
final class NoticeCommands {
    private NoticeCommands() {}

    static CommandSpec group() {
        return Command.group("notice", "What needs a person's attention.", new ListAll());
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the notices, newest first.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/notices"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            // Sentences do not fit a table: each notice is two lines.
            for (Json.Obj notice : answer.rows("data")) {
                out.line(out.minute(notice.text("at")) + "  " + notice.text("kind") + "  " + notice.text("message"));
                if (notice.has("cure")) {
                    out.line("                  " + notice.text("cure"));
                }
            }
            if (answer.rows("data").isEmpty()) {
                out.line("Nothing needs your attention.");
            }
            return 0;
        }
    }
}
