package dev.tollgate.admin;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.BudgetBook.Status;
import dev.tollgate.budget.HeavyFeatures;
import dev.tollgate.budget.Threshold;
import dev.tollgate.budget.ThresholdAction;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Budgets: set, listed, shown, removed; and what a lost node holds of them. */
final class BudgetAdmin {
    private static final Set<String> FIELDS = Set.of(
            "account",
            "member",
            "app",
            "feature",
            "key",
            "provider",
            "model",
            "limit_usd",
            "window",
            "time_zone",
            "thresholds",
            "actions",
            "unpriced");
    private static final List<Integer> USUAL_THRESHOLDS = List.of(70, 90, 100);
    private static final ZoneId UTC = ZoneId.of("UTC");
    /** A currency's name or sign beside the amount. */
    private static final Pattern CURRENCY = Pattern.compile("[\\p{L}\\p{Sc}]");

    private final BudgetBook budgets;
    private final Scopes scopes;
    private final HeavyFeatures heavyFeatures;
    private final Catalog catalog;

    BudgetAdmin(BudgetBook budgets, Scopes scopes, HeavyFeatures heavyFeatures, Catalog catalog) {
        this.budgets = budgets;
        this.scopes = scopes;
        this.heavyFeatures = heavyFeatures;
        this.catalog = catalog;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/budgets",
                request -> AdminReply.list(budgets.list(request.after(), request.pageSize()).stream()
                        .map(this::shape)
                        .toList()));
        routes.post("/budgets", FIELDS, this::set);
        routes.get("/budgets/{id}", request -> AdminReply.ok(shape(budgets.show(request.path("id")))));
        routes.delete("/budgets/{id}", request -> {
            requireOperators(budgets.show(request.path("id")).budget());
            budgets.remove(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
        routes.post("/budget-nodes/{node}/free", Set.of(), this::free);
    }

    /** What a person lets an app spend is the person's to say; it ends with what the app may do. */
    private static void requireOperators(Budget budget) {
        String key = budget.scope().keyId();
        if (key != null && Caller.isGrant(key)) {
            throw Refusal.forbidden(
                    "This is the cap of an app, set by whoever let it in.",
                    "They change it at /access, and it goes when the access ends; to allow less, set a budget beside it.");
        }
    }

    private AdminReply free(AdminRequest request) {
        String node = request.path("node");
        long freed = budgets.free(node, request.actorName());
        return AdminReply.ok(Shapes.object().put("node", node).put("freed_usd", Money.formatUsd(freed)));
    }

    private AdminReply set(AdminRequest request) {
        boolean unpriced = request.flag("unpriced");
        long limit = limit(request.text("limit_usd"));
        Window window = Window.of(request.text("window"));
        ZoneId zone = zone(request.optionalText("time_zone"));
        List<Integer> percentages = request.optionalNumbers("thresholds");
        List<Threshold> thresholds =
                thresholds(percentages == null ? USUAL_THRESHOLDS : percentages, request.textsByName("actions"));
        Scopes.Named named = scopes.read(request, unpriced);
        Budget wanted = new Budget(
                "", named.scope(), named.keyName(), named.memberEmail(), limit, window, zone, thresholds, unpriced, 0);
        return AdminReply.ok(
                shape(budgets.show(budgets.set(wanted, request.actorName()).id())));
    }

    private static List<Threshold> thresholds(List<Integer> percentages, Map<String, String> actions) {
        Map<String, String> left = new LinkedHashMap<>(actions);
        List<Threshold> thresholds = new ArrayList<>();
        for (int percent : percentages) {
            String action = left.remove(Integer.toString(percent));
            thresholds.add(
                    action == null ? Threshold.notice(percent) : new Threshold(percent, ThresholdAction.of(action)));
        }
        if (!left.isEmpty()) {
            throw Refusal.invalid(
                    "actions has a percentage that is none of the thresholds.",
                    "Name each in thresholds, too: {\"thresholds\":[70,90],\"actions\":{\"90\":\"no-heavy\"}}.");
        }
        return thresholds;
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

    private ObjectNode shape(Status status) {
        Budget budget = status.budget();
        ObjectNode shape = shape(budget)
                .put("spent_usd", Money.formatUsd(status.spentNanoUsd()))
                .put("held_usd", Money.formatUsd(status.heldNanoUsd()))
                .put("left_usd", Money.formatUsd(status.leftNanoUsd()))
                .put("starts_at", Shapes.time(status.startsAt()))
                .put("resets_at", Shapes.time(status.resetsAt()))
                .put("created_at", Shapes.time(budget.createdAtMillis()));
        ArrayNode warnings = shape.putArray("warnings");
        warnings(budget).forEach(warnings::add);
        return shape;
    }

    /** Actions that would do nothing as things are. */
    private List<String> warnings(Budget budget) {
        List<String> warnings = new ArrayList<>();
        Collection<String> actions = budget.actions().values();
        if (actions.contains(ThresholdAction.NO_HEAVY.wireName())
                && heavyFeatures.all().isEmpty()) {
            warnings.add(
                    "No feature is marked as heavy, so none is switched off: `tollgate feature set NAME --heavy`.");
        }
        if (actions.contains(ThresholdAction.CHEAPER.wireName())
                && catalog.view().aliases().values().stream().allMatch(alias -> alias.cheaper() == null)) {
            warnings.add("No alias has a cheaper one, so calls stay where they are:"
                    + " `tollgate alias set NAME PROVIDER/MODEL --cheaper OTHER`.");
        }
        return warnings;
    }

    private static ObjectNode shape(Budget budget) {
        ObjectNode shape = Shapes.object().put("id", budget.id()).put("label", budget.label());
        Scopes.put(shape, budget.scope(), budget.keyName(), budget.memberEmail());
        shape.put("limit_usd", Money.formatUsd(budget.limitNanoUsd()))
                .put("window", budget.window().wireName())
                .put("time_zone", budget.zone().getId());
        ArrayNode thresholds = shape.putArray("thresholds");
        budget.percentages().forEach(thresholds::add);
        ObjectNode actions = shape.putObject("actions");
        budget.actions().forEach(actions::put);
        return shape.put("unpriced", budget.unpriced());
    }
}
