package dev.tollgate.admin;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.BudgetBook.Status;
import dev.tollgate.budget.Window;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Budgets: set, listed, shown, removed; and what a lost node holds of them. */
final class BudgetAdmin {
    private static final Set<String> FIELDS = Set.of(
            "account",
            "app",
            "feature",
            "key",
            "provider",
            "model",
            "limit_usd",
            "window",
            "time_zone",
            "thresholds",
            "unpriced");
    private static final List<Integer> USUAL_THRESHOLDS = List.of(70, 90, 100);
    private static final ZoneId UTC = ZoneId.of("UTC");
    /** A currency's name or sign beside the amount. */
    private static final Pattern CURRENCY = Pattern.compile("[\\p{L}\\p{Sc}]");

    private final BudgetBook budgets;
    private final Scopes scopes;

    BudgetAdmin(BudgetBook budgets, Scopes scopes) {
        this.budgets = budgets;
        this.scopes = scopes;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/budgets",
                request -> AdminReply.list(
                        budgets.list().stream().map(BudgetAdmin::shape).toList()));
        routes.post("/budgets", FIELDS, this::set);
        routes.get("/budgets/{id}", request -> AdminReply.ok(shape(budgets.show(request.path("id")))));
        routes.delete("/budgets/{id}", request -> {
            budgets.remove(request.path("id"), AdminApi.ACTOR);
            return AdminReply.nothing();
        });
        routes.post("/budget-nodes/{node}/free", Set.of(), this::free);
    }

    private AdminReply free(AdminRequest request) {
        String node = request.path("node");
        long freed = budgets.free(node, AdminApi.ACTOR);
        return AdminReply.ok(Shapes.object().put("node", node).put("freed_usd", Money.formatUsd(freed)));
    }

    private AdminReply set(AdminRequest request) {
        boolean unpriced = request.flag("unpriced");
        long limit = limit(request.text("limit_usd"));
        Window window = Window.of(request.text("window"));
        ZoneId zone = zone(request.optionalText("time_zone"));
        List<Integer> thresholds = request.optionalNumbers("thresholds");
        Scopes.Named named = scopes.read(request, unpriced);
        Budget wanted = new Budget(
                "",
                named.scope(),
                named.keyName(),
                limit,
                window,
                zone,
                thresholds == null ? USUAL_THRESHOLDS : thresholds,
                unpriced,
                0);
        return AdminReply.ok(
                shape(budgets.show(budgets.set(wanted, AdminApi.ACTOR).id())));
    }

    private static long limit(String text) {
        if (CURRENCY.matcher(text).find()) {
            throw Refusal.invalid(
                    "limit_usd is an amount of US dollars, without any letter or sign; other currencies are not kept.",
                    "Convert it, and give a plain decimal number such as 10.00.");
        }
        long limit = Money.parseUsd(text);
        if (limit <= 0) {
            throw Refusal.invalid(
                    "A limit is more than zero.", "To let nothing through, revoke the key: ./tollgate key revoke NAME");
        }
        return limit;
    }

    private static ZoneId zone(@Nullable String text) {
        if (text == null) {
            return UTC;
        }
        try {
            ZoneId zone = ZoneId.of(text);
            // Z, GMT and Etc/UTC are other names of the same.
            return zone.normalized().equals(ZoneOffset.UTC) ? UTC : zone;
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                    "There is no such time zone.",
                    "Give a name of the IANA database such as Europe/Zurich, or an offset such as +02:00.");
        }
    }

    private static ObjectNode shape(Status status) {
        Budget budget = status.budget();
        return shape(budget)
                .put("spent_usd", Money.formatUsd(status.spentNanoUsd()))
                .put("held_usd", Money.formatUsd(status.heldNanoUsd()))
                .put("left_usd", Money.formatUsd(status.leftNanoUsd()))
                .put("starts_at", Shapes.time(status.startsAt()))
                .put("resets_at", Shapes.time(status.resetsAt()))
                .put("created_at", Shapes.time(budget.createdAtMillis()));
    }

    private static ObjectNode shape(Budget budget) {
        ObjectNode shape = Shapes.object().put("id", budget.id()).put("label", budget.label());
        Scopes.put(shape, budget.scope(), budget.keyName());
        shape.put("limit_usd", Money.formatUsd(budget.limitNanoUsd()))
                .put("window", budget.window().wireName())
                .put("time_zone", budget.zone().getId());
        ArrayNode thresholds = shape.putArray("thresholds");
        budget.thresholds().forEach(thresholds::add);
        return shape.put("unpriced", budget.unpriced());
    }
}
