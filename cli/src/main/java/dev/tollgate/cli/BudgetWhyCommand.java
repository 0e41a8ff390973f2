package dev.tollgate.cli;

import java.util.List;

/** {@code budget why}. */
final class BudgetWhyCommand extends ServerCommand {
    private final Arg<String> requestId = positional("REQUEST_ID", "The answer's x-tollgate-request-id.");

    BudgetWhyCommand() {
        super("why", "Tell which budgets covered a call and what it cost each, or which of them refused it.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        Json.Obj call = api.get(Resource.of("/calls/{}/budgets", requestId.value()));
        if (json()) {
            out.json(call);
        } else if (call.has("refused_by")) {
            refused(call, out);
        } else {
            settled(call, out);
        }
        return 0;
    }

    private static void settled(Json.Obj call, Output out) {
        List<Json.Obj> charged = call.rows("charged");
        out.line("Call " + call.text("request_id") + ", " + out.second(call.text("at")) + ", cost "
                + Format.price(call.text("cost_usd")) + ".");
        if (charged.isEmpty()) {
            out.line("No budget in force covered it.");
            return;
        }
        Table table =
                new Table(Table.left("ID"), Table.elastic("BUDGET"), Table.right("COST"), Table.left("WINDOW FROM"));
        for (Json.Obj budget : charged) {
            table.row(
                    budget.text("id"),
                    budget.text("label"),
                    Format.price(budget.text("cost_usd")),
                    out.second(budget.text("starts_at")));
        }
        out.table(table, "");
    }

    private static void refused(Json.Obj call, Output out) {
        Json.Obj budget = call.child("refused_by");
        out.line("Call " + call.text("request_id") + " was refused at " + out.second(call.text("at"))
                + " by the budget " + budget.text("id") + " (" + budget.text("label") + ").");
        String reason = budget.text("reason");
        if (reason.equals("unpriced")) {
            out.line("No price is known for its models, and the budget allows none without.");
            return;
        }
        if (reason.equals("heavy")) {
            out.line("The feature " + budget.text("feature") + " is marked as heavy: such calls are refused once "
                    + budget.text("percent") + " % are spent, and " + Format.price(budget.text("spent_usd"))
                    + " were.");
            out.line(reset(budget, out));
            return;
        }
        String needed = "It might have come to " + Format.price(budget.text("bound_usd"));
        if (budget.text("window").equals("request")) {
            out.line(needed + ", more than one call may.");
            return;
        }
        out.line(needed + "; " + Format.price(budget.text("left_usd")) + " were left, "
                + Format.price(budget.text("spent_usd")) + " spent"
                + (reason.equals("held") ? ", and calls under way held the rest." : "."));
        out.line(reset(budget, out));
    }

    private static String reset(Json.Obj budget, Output out) {
        return budget.has("resets_at")
                ? "The budget resets at " + out.second(budget.text("resets_at")) + "."
                : "The budget does not reset.";
    }
}
