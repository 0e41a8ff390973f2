package dev.tollgate.admin;

import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Window;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Model;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.Forecast;
import dev.tollgate.ledger.Forecast.Pace;
import dev.tollgate.ledger.UsageBy;
import dev.tollgate.ledger.UsageLedger;
import dev.tollgate.ledger.UsageRow;
import dev.tollgate.ledger.UsageSums;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** What will have been spent by the month's end, and when a budget will be reached. */
final class ForecastAdmin {
    /** How far ahead it is said when a budget without an end will be reached. */
    private static final int DAYS_AHEAD = 366;

    private final UsageLedger ledger;
    private final Members members;
    private final BudgetBook budgets;
    private final Catalog catalog;
    private final InstantSource clock;

    /** What was spent under one name. */
    private static final class Spending {
        private final String name;
        private final Map<LocalDate, Long> byDay = new HashMap<>();

        Spending(String name) {
            this.name = name;
        }

        void add(LocalDate day, long nanoUsd) {
            byDay.merge(day, nanoUsd, Long::sum);
        }

        long since(LocalDate first) {
            return byDay.entrySet().stream()
                    .filter(each -> !each.getKey().isBefore(first))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    ForecastAdmin(UsageLedger ledger, Members members, BudgetBook budgets, Catalog catalog, InstantSource clock) {
        this.ledger = ledger;
        this.members = members;
        this.budgets = budgets;
        this.catalog = catalog;
        this.clock = clock;
    }

    void add(AdminRoutes routes) {
        routes.get("/forecast", this::month);
        routes.get("/budgets/{id}/forecast", this::budget);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private AdminReply month(AdminRequest request) {
        String asked = request.query("by");
        UsageBy by = UsageBy.of(asked == null ? "account" : asked)
                .filter(one -> one != UsageBy.DAY)
                .orElseThrow(() -> Refusal.invalid(
                        "No forecast is made by that.", "Use account, key, member, app, feature, provider or model."));
        LocalDate today = today();
        LocalDate last = today.with(TemporalAdjusters.lastDayOfMonth());
        UnaryOperator<String> names = members.names(List.of(by));
        Map<String, Spending> spendings = new LinkedHashMap<>();
        for (UsageRow row : ledger.sums()
                .summarize(List.of(UsageBy.DAY, by), start(today.minusWeeks(Forecast.WEEKS)), UsageSums.EVER)) {
            spendings
                    .computeIfAbsent(
                            row.ids().getLast(),
                            id -> new Spending(names.apply(row.names().getLast())))
                    .add(LocalDate.parse(row.ids().getFirst()), row.costNanoUsd());
        }
        record Line(long expected, ObjectNode shape) {}
        List<Line> lines = new ArrayList<>();
        spendings.forEach((id, spending) -> {
            long spent = spending.since(today.withDayOfMonth(1));
            Forecast forecast = new Forecast(spending.byDay, today);
            ObjectNode shape = Shapes.object().put("id", id).put("name", spending.name);
            amounts(shape.put("until", last.toString()), forecast, spent, last);
            lines.add(new Line(spent + forecast.restNanoUsd(last, Pace.USUAL), shape));
        });
        return AdminReply.list(lines.stream()
                .sorted(Comparator.comparingLong(Line::expected).reversed())
                .map(Line::shape)
                .toList());
    }

    private static void amounts(ObjectNode shape, Forecast forecast, long spent, LocalDate last) {
        shape.put("spent_usd", Money.formatUsd(spent))
                .put("low_usd", Money.formatUsd(spent + forecast.restNanoUsd(last, Pace.QUIET)))
                .put("expected_usd", Money.formatUsd(spent + forecast.restNanoUsd(last, Pace.USUAL)))
                .put("high_usd", Money.formatUsd(spent + forecast.restNanoUsd(last, Pace.BUSY)))
                .put("days_known", forecast.daysKnown());
    }

    private AdminReply budget(AdminRequest request) {
        BudgetBook.Status status = budgets.show(request.path("id"));
        Window window = status.budget().window();
        if (window == Window.REQUEST || window == Window.MINUTE || window == Window.HOUR) {
            throw Refusal.invalid(
                    "A forecast goes by days, and this budget's window is shorter.",
                    "Ask for one of a day, a week, a month or a lifetime.");
        }
        LocalDate today = today();
        Instant resetsAt = status.resetsAt();
        LocalDate ends = resetsAt == null ? null : LocalDate.ofInstant(resetsAt.minusMillis(1), ZoneOffset.UTC);
        LocalDate until = ends == null ? today.with(TemporalAdjusters.lastDayOfMonth()) : ends;
        Forecast forecast = new Forecast(spending(status.budget().scope(), today).byDay, today);
        ObjectNode shape = Shapes.object()
                .put("id", status.budget().id())
                .put("label", status.budget().label())
                .put("limit_usd", Money.formatUsd(status.budget().limitNanoUsd()))
                .put("until", until.toString());
        amounts(shape, forecast, status.spentNanoUsd(), until);
        long left = Math.max(0, status.budget().limitNanoUsd() - status.spentNanoUsd());
        LocalDate last = ends == null ? today.plusDays(DAYS_AHEAD) : ends;
        return AdminReply.ok(shape.put("reached_on", day(forecast, left, last, Pace.USUAL))
                .put("reached_at_the_earliest", day(forecast, left, last, Pace.BUSY)));
    }

    private static @Nullable String day(Forecast forecast, long left, LocalDate last, Pace pace) {
        return forecast.reached(left, last, pace).map(LocalDate::toString).orElse(null);
    }

    private Spending spending(Scope scope, LocalDate today) {
        Map<UsageBy, String> only = new EnumMap<>(UsageBy.class);
        put(only, UsageBy.KEY, scope.keyId());
        put(only, UsageBy.ACCOUNT, scope.account());
        put(only, UsageBy.MEMBER, scope.member());
        put(only, UsageBy.APP, scope.app());
        put(only, UsageBy.FEATURE, scope.feature());
        put(only, UsageBy.PROVIDER, scope.provider());
        Spending spending = new Spending("");
        ledger
                .sums()
                .summarize(
                        List.of(UsageBy.DAY, UsageBy.MODEL),
                        only,
                        start(today.minusWeeks(Forecast.WEEKS)),
                        UsageSums.EVER)
                .stream()
                .filter(row -> isOf(scope, row.ids().getLast()))
                .forEach(row -> spending.add(LocalDate.parse(row.ids().getFirst()), row.costNanoUsd()));
        return spending;
    }

    private static void put(Map<UsageBy, String> only, UsageBy by, @Nullable String value) {
        if (value != null) {
            only.put(by, value);
        }
    }

    /** A budget names a model by its id in the catalog, whichever of its ids was sent. */
    private boolean isOf(Scope scope, String qualified) {
        String wanted = scope.model();
        int slash = qualified.indexOf('/');
        if (wanted == null || slash < 0) {
            return wanted == null;
        }
        String sent = qualified.substring(slash + 1);
        String id = catalog.view()
                .model(qualified.substring(0, slash), sent)
                .map(Model::id)
                .orElse(sent);
        return id.equals(wanted);
    }
}
