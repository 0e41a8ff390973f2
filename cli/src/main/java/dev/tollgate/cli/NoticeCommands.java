package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code notice list|dismiss}. */
final class NoticeCommands {
    private static final String INDENT = " ".repeat("2026-11-22 10:40  ".length());

    private NoticeCommands() {}

    static CommandSpec group() {
        return Command.group("notice", "What needs a person's attention.", new ListAll(), new Dismiss());
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
            // Sentences do not fit a table: each notice is a few lines.
            for (Json.Obj notice : answer.rows("data")) {
                out.line(out.minute(notice.text("at")) + "  " + notice.text("kind") + "  " + notice.text("message"));
                if (notice.has("cure")) {
                    out.line(INDENT + notice.text("cure"));
                }
                out.line(INDENT + "Once it is done with: ./tollgate notice dismiss " + notice.text("id"));
            }
            if (answer.rows("data").isEmpty()) {
                out.line("Nothing needs your attention.");
            }
            return 0;
        }
    }

    private static final class Dismiss extends ServerCommand {
        private final Arg<String> id = positional("ID", "Its id, as the list has it.");

        Dismiss() {
            super("dismiss", "Take a notice down.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            api.delete(Resource.of("/notices/{}", id.value()));
            if (json()) {
                out.json(Json.object().put("id", id.value()).put("dismissed", true));
            } else {
                out.line("The notice was dismissed.");
            }
            return 0;
        }
    }
}
