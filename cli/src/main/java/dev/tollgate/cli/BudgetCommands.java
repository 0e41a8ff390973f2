package dev.tollgate.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code budget set|list|show|remove|why|free}. */
final class BudgetCommands {
    private BudgetCommands() {}

    static CommandSpec group() {
        return Command.group(
                "budget",
                "Limits on what may be spent, by key, account, member, app, feature, model and provider.",
                new Change(),
                new ListAll(),
                new Show(),
                new RemoveCommand("/budgets/{}", "Budget", "ID", "Remove a budget; later calls are not held to it."),
                new BudgetWhyCommand(),
                new Free());
    }

    /** Over what time a limit holds. */
    enum Window {
        REQUEST,
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH,
        LIFETIME;

        @Override
        public String toString() {
            return Format.lower(name());
        }
    }

    private static final class Change extends ServerCommand {
        private final ScopeOptions scope = new ScopeOptions(this);
        private final Arg<String> limit =
                required("--limit", "USD", String.class, PriceCommands::usd, "The most that may be spent in a window.");
        private final Arg<Window> window =
                required("--window", "WINDOW", Window.class, "Over what time: ${COMPLETION-CANDIDATES}.");
        private final Arg<String> timeZone = option(
                "--time-zone", "ZONE", "Whose days, weeks and months are meant, like Europe/Zurich. Default: UTC.");
        private final Arg<Json.Obj> at = Thresholds.of(this);
        private final Arg<Boolean> unpriced =
                flag("Allow models without a price; they then cost nothing here.", "--unpriced");

        Change() {
            super("set", "Set a budget: at least one of the seven scopes, together where several are given.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj body = scope.body("budget");
            body.put("limit_usd", limit.value()).put("window", window.value().toString());
            timeZone.given().ifPresent(zone -> body.put("time_zone", zone));
            at.given().ifPresent(thresholds -> body.fields().putAll(thresholds.fields()));
            if (unpriced.value()) {
                body.put("unpriced", true);
            }
            Json.Obj budget = api.post(Resource.of("/budgets"), body);
            if (json()) {
                out.json(budget);
            } else {
                tell(budget, out);
            }
            return 0;
        }
    }

    private static final class ListAll extends ServerCommand {
        ListAll() {
            super("list", "List all budgets in force and how they stand.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            List<Json.Obj> budgets = api.pages(Resource.of("/budgets"), "id");
            if (json()) {
                out.jsonRows(budgets);
                return 0;
            }
            Table table = new Table(
                    Table.left("ID"),
                    Table.elastic("BUDGET"),
                    Table.right("SPENT"),
                    Table.right("HELD"),
                    Table.right("LEFT"),
                    Table.left("RESETS"),
                    Table.left("AT %"));
            for (Json.Obj budget : budgets) {
                table.row(
                        budget.text("id"),
                        budget.text("label"),
                        Format.cost(budget.text("spent_usd")),
                        Format.cost(budget.text("held_usd")),
                        Format.cost(budget.text("left_usd")),
                        out.minute(budget.text("resets_at")),
                        Thresholds.cell(budget));
            }
            out.table(table, "There is no budget. Set one: tollgate budget set --key NAME --limit USD --window day");
            return 0;
        }
    }

    private static final class Show extends ServerCommand {
        private final Arg<String> id = positional("ID", "The budget's id.");

        Show() {
            super("show", "Show one budget and how it stands.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj budget = api.get(Resource.of("/budgets/{}", id.value()));
            if (json()) {
                out.json(budget);
            } else {
                tell(budget, out);
            }
            return 0;
        }
    }

    private static final class Free extends ServerCommand {
        private final Arg<String> node = positional("NODE", "The node's id, which a notice names.");

        Free() {
            super("free", "Free what a gate whose home is lost still holds of budgets.");
        }

        @Override
        int run(AdminApi api, Surroundings surroundings, Output out) {
            Json.Obj freed = api.post(Resource.of("/budget-nodes/{}/free", node.value()));
            if (json()) {
                out.json(freed);
            } else {
                out.line("Freed " + Format.price(freed.text("freed_usd")) + " that the node " + freed.text("node")
                        + " held.");
            }
            return 0;
        }
    }

    private static void tell(Json.Obj budget, Output out) {
        out.line("Budget " + budget.text("id") + ": " + budget.text("label") + ".");
        out.line("Spent " + Format.price(budget.text("spent_usd")) + ", held for calls under way "
                + Format.price(budget.text("held_usd")) + ", left " + Format.price(budget.text("left_usd")) + ".");
        out.line(
                budget.has("resets_at")
                        ? "The window began at " + out.second(budget.text("starts_at")) + " and resets at "
                                + out.second(budget.text("resets_at")) + " (windows of " + budget.text("time_zone")
                                + ")."
                        : "It does not reset.");
        out.line("Notices at: " + Thresholds.words(budget) + ". Models without a price: "
                + (budget.flag("unpriced") ? "allowed." : "refused."));
        budget.texts("warnings").forEach(out::notice);
    }
}
