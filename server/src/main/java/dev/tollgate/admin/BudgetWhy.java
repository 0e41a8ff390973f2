package dev.tollgate.admin;

import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.Charged;
import dev.tollgate.budget.RefusedCall;
import dev.tollgate.budget.RefusedCalls;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Resolution;
import dev.tollgate.ledger.Resolutions;
import dev.tollgate.ledger.UsageLedger;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What budgets had to do with one call: what it cost each of them, or which of them refused it. */
final class BudgetWhy {
    private final BudgetBook budgets;
    private final RefusedCalls refusedCalls;
    private final UsageLedger ledger;
    private final Resolutions resolutions;

    BudgetWhy(BudgetBook budgets, RefusedCalls refusedCalls, UsageLedger ledger, Resolutions resolutions) {
        this.budgets = budgets;
        this.refusedCalls = refusedCalls;
        this.ledger = ledger;
        this.resolutions = resolutions;
    }

    void add(AdminRoutes routes) {
        routes.get("/calls/{request_id}/budgets", this::why);
    }

    private AdminReply why(AdminRequest request) {
        String id = request.path("request_id");
        Optional<CallRecord> call = ledger.find(id);
        if (call.isPresent()) {
            return AdminReply.ok(settled(call.get()));
        }
        RefusedCall refused = refusedCalls.find(id).orElseThrow(this::unknown);
        return AdminReply.ok(refused(refused));
    }

    private Refusal unknown() {
        return Refusal.notFound(
                "There is no such call, or it is not known any more.",
                "Give the x-tollgate-request-id of an answer. A call still under way is known when it has ended; of those that"
                        + " budgets refused, the last " + refusedCalls.most()
                        + " since the gate was started are remembered.");
    }

    private ObjectNode settled(CallRecord call) {
        long difference =
                resolutions.of(call).map(Resolution::differenceNanoUsd).orElse(0L);
        ObjectNode shape = Shapes.object()
                .put("request_id", call.start().requestId())
                .put("at", Shapes.time(call.start().atMillis()))
                .put("outcome", "settled")
                .put("cost_usd", Money.formatUsd(call.costNanoUsd() + difference));
        ArrayNode charged = shape.putArray("charged");
        budgets.charged(call, difference)
                .forEach(each -> charged.add(shape(each).put("cost_usd", Money.formatUsd(each.costNanoUsd()))));
        return shape.putNull("refused_by");
    }

    private static ObjectNode shape(Charged charged) {
        return Shapes.object()
                .put("id", charged.budget().id())
                .put("label", charged.budget().label())
                .put("limit_usd", Money.formatUsd(charged.budget().limitNanoUsd()))
                .put("window", charged.budget().window().wireName())
                .put("starts_at", charged.startMillis() == 0 ? null : Shapes.time(charged.startMillis()));
    }

    private static ObjectNode refused(RefusedCall call) {
        boolean priced = call.reason() != RefusedCall.Reason.UNPRICED;
        boolean bounded = priced && call.reason() != RefusedCall.Reason.HEAVY;
        ObjectNode shape = Shapes.object()
                .put("request_id", call.requestId())
                .put("at", Shapes.time(call.atMillis()))
                .put("outcome", "refused")
                .put("cost_usd", Money.formatUsd(0));
        shape.putArray("charged");
        shape.putObject("refused_by")
                .put("id", call.budget().id())
                .put("label", call.budget().label())
                .put("limit_usd", Money.formatUsd(call.budget().limitNanoUsd()))
                .put("window", call.budget().window().wireName())
                .put("reason", call.reason().wireName())
                .put("bound_usd", bounded ? Money.formatUsd(call.boundNanoUsd()) : null)
                .put("left_usd", priced ? Money.formatUsd(call.leftNanoUsd()) : null)
                .put("spent_usd", priced ? Money.formatUsd(call.spentNanoUsd()) : null)
                .put("resets_at", call.resetsAtMillis() == Long.MAX_VALUE ? null : Shapes.time(call.resetsAtMillis()))
                .put("feature", call.feature())
                .put("percent", call.percent() == 0 ? null : Integer.valueOf(call.percent()));
        return shape;
    }
}
