package dev.tollgate.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code alias set|list|remove}. */
final class AliasCommands {
    private AliasCommands() {}

    static CommandSpec group() {
        return Command.group(
                "alias",
                "Names of your own for models, with candidates in order.",
                new Point(),
                new ListAll(),
                new RemoveCommand("/aliases/{}", "Alias", "Remove an alias."));
    }

    private static final class Point extends ServerCommand {
        private final Arg<String> name = positional("NAME", "The alias.");
        private final Arg<String> candidates =
                positional("PROVIDER/MODEL,…", "The candidates in order, parted by commas.");

        private final Arg<Boolean> strict =
                flag("Refuse a call rather than lose anything of meaning where its dialect is converted.", "--strict");

        private final Arg<String> cheaper = option(
                "--cheaper", "ALIAS", "Where calls go instead once a budget is spent so far that it says cheaper.");
        private final Arg<Json.Obj> cache = CacheOption.of(this);
        private final Arg<Boolean> unpriced = flag(
                "Take candidates without a price: their calls count as nothing, and budgets that demand prices refuse them.",
                "--unpriced");

        Point() {
            super("set", "Point an alias at its candidates; the first that can answer does.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            List<String> models = Format.words(candidates.value());
            if (models.isEmpty()) {
                throw Failure.usage("No candidate was given.", "Write one like anthropic/claude-haiku-4-5.");
            }
            models.forEach(ModelName::parse);
            Json.Obj body = Json.object().put("candidates", models);
            if (strict.value()) {
                body.put("strict", true);
            }
            cheaper.given().ifPresent(other -> body.put("cheaper", other));
            cache.given().ifPresent(kept -> body.put("cache", kept));
            if (unpriced.value()) {
                body.put("unpriced", true);
            }
            Json.Obj alias = api.put(Resource.of("/aliases/{}", name.value()), body);
            if (json()) {
                out.json(alias);
            } else {
                out.line("Alias " + alias.text("name") + " is " + String.join(", then ", alias.texts("candidates"))
                        + (alias.flag("strict") ? "; strict." : ".")
                        + (alias.has("cheaper") ? " Cheaper: " + alias.text("cheaper") + "." : "")
                        + CacheOption.sentence(alias)
                        + (alias.has("shadows") ? " It hides the model " + alias.text("shadows") + "." : ""));
            }
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all aliases.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj answer = api.get(Resource.of("/aliases"));
            if (json()) {
                out.jsonRows(answer);
                return 0;
            }
            Table table = new Table(
                    Table.left("NAME"),
                    Table.left("STRICT"),
                    Table.left("CHEAPER"),
                    Table.left("CACHE"),
                    Table.elastic("CANDIDATES"));
            for (Json.Obj alias : answer.rows("data")) {
                table.row(
                        alias.text("name"),
                        alias.flag("strict") ? "yes" : "no",
                        alias.text("cheaper"),
                        CacheOption.cell(alias),
                        String.join(", ", alias.texts("candidates")));
            }
            out.table(table, "There is no alias. Set one: tollgate alias set NAME provider/model");
            return 0;
        }
    }
}
