package dev.tollgate.cli;

import picocli.CommandLine.Model.CommandSpec;

/** {@code model list}. */
final class ModelCommands {
    private ModelCommands() {}

    static CommandSpec group() {
        return Command.group("model", "The models that the catalog knows.", new ListAll());
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List the models with today's price per million tokens.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/models"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("MODEL"),
                    Table.right("CONTEXT"),
                    Table.right("MAX OUTPUT"),
                    Table.right("INPUT/MTOK"),
                    Table.right("OUTPUT/MTOK"));
            for (Json.Obj model : answer.rows("data")) {
                table.row(
                        model.text("id"),
                        tokens(model.number("context_tokens")),
                        tokens(model.number("max_output_tokens")),
                        Format.price(model.text("input_usd_per_mtok")),
                        Format.price(model.text("output_usd_per_mtok")));
            }
            out.table(table, "The catalog knows no model.");
            return 0;
        }

        private static String tokens(long count) {
            return count == 0 ? Format.NONE : Format.count(count);
        }
    }
}
