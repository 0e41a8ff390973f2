package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code feature set|list}. */
final class FeatureCommands {
    private FeatureCommands() {}

    static CommandSpec group() {
        return Command.group(
                "feature",
                "Features (labels on calls), and which of them budgets may switch off.",
                new Mark(),
                new ListAll());
    }

    private static final class Mark extends ServerCommand {
        private final Arg<String> name =
                positional("NAME", "The feature, as calls say it in x-tollgate-feature or in their body.");
        private final Arg<Boolean> heavy =
                flag("Budgets refuse its calls from a threshold with the action no-heavy on.", "--heavy");
        private final Arg<Boolean> light = flag("Take the mark away.", "--light");

        Mark() {
            super("set", "Mark a feature as heavy, or take the mark away.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            if (heavy.value().equals(light.value())) {
                throw Failure.usage("A feature is heavy or light.", "Give one of --heavy and --light.");
            }
            Json.Obj body = Json.object().put("heavy", (boolean) heavy.value());
            Json.Obj feature = api.put(Resource.of("/features/{}", name.value()), body);
            if (json()) {
                out.json(feature);
            } else {
                out.line("Feature " + feature.text("name") + " is " + (feature.flag("heavy") ? "heavy." : "light."));
            }
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the features that are marked as heavy.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/features"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(Table.left("MARK"), Table.elastic("FEATURE"));
            for (Json.Obj feature : answer.rows("data")) {
                table.row(feature.flag("heavy") ? "heavy" : "light", feature.text("name"));
            }
            out.table(
                    table,
                    "No feature is marked as heavy. Mark one: tollgate feature set NAME --heavy"
                            + " (tollgate usage --by feature knows the labels).");
            return 0;
        }
    }
}
