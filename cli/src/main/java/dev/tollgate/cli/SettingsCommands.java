package dev.tollgate.cli;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** {@code settings set|show|list|remove}. */
final class SettingsCommands {
    private static final int MOST_BYTES = 1 << 20;
    private static final String EVERYBODY = "everybody";

    private SettingsCommands() {}

    static CommandSpec group() {
        return Command.group(
                "settings",
                "What people's tools (Claude Code) are told to do, for everybody and by group.",
                new Set(),
                new Show(),
                new ListAll(),
                new Remove());
    }

    /** A command about one document. */
    private abstract static class OfOne extends ServerCommand {
        private final Arg<String> group =
                option("--group", "GROUP", "The people of this group; without it, everybody.");

        OfOne(String name, String description) {
            super(name, description);
        }

        final Resource resource() {
            return group.given()
                    .map(name -> Resource.of("/settings/groups/{}", name))
                    .orElseGet(() -> Resource.of("/settings/default"));
        }

        final String whom() {
            return group.given().map(name -> "the group " + name).orElse(EVERYBODY);
        }
    }

    private static final class Set extends OfOne {
        Set() {
            super("set", "Set a settings document, read from standard input, in place of the one before.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
            Json.Obj answer = api.put(resource(), Json.object().put("settings", read(surroundings)));
            if (json()) {
                out.json(answer);
            } else {
                out.line("The settings of " + whom()
                        + " are set. Claude Code asks for them when it starts, and hourly.");
            }
            return 0;
        }

        private static Json.Obj read(Surroundings surroundings) throws IOException {
            String cure = "Pipe a JSON object in: ./tollgate settings set < settings.json";
            if (surroundings.terminal().isInput()) {
                throw Failure.usage("The settings are read from standard input.", cure);
            }
            byte[] bytes = surroundings.in().readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw Failure.usage("What came on standard input is longer than 1 MiB.", cure);
            }
            try {
                if (Json.parse(bytes) instanceof Json.Obj settings) {
                    return settings;
                }
            } catch (IllegalArgumentException notJson) {
                throw Failure.usage("What came on standard input is not JSON, or has a name twice.", cure);
            }
            throw Failure.usage("What came on standard input is not a JSON object.", cure);
        }
    }

    private static final class Show extends OfOne {
        Show() {
            super("show", "Print a settings document.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(resource());
            out.json(json() ? answer : answer.child("settings"));
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the settings documents.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/settings"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(Table.left("FOR"), Table.left("SET"), Table.elastic("NAMES"));
            for (Json.Obj document : answer.rows("data")) {
                String group = document.text("group");
                table.row(
                        group.isEmpty() ? EVERYBODY : group,
                        out.minute(document.text("updated_at")),
                        String.join(", ", document.child("settings").fields().keySet()));
            }
            out.table(table, "No settings are managed. Set some: tollgate settings set < settings.json");
            return 0;
        }
    }

    private static final class Remove extends OfOne {
        Remove() {
            super("remove", "Take a settings document away.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            api.delete(resource());
            if (json()) {
                out.json(Json.object().put("removed", true));
            } else {
                out.line("The settings of " + whom() + " were removed.");
            }
            return 0;
        }
    }
}
