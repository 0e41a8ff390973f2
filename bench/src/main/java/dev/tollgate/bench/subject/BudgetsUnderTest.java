package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Cover;
import dev.tollgate.budget.Reservation;
import dev.tollgate.budget.ReservationResult;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.SettlementResult;
import dev.tollgate.budget.Threshold;
import dev.tollgate.budget.Window;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Payer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * All that a call does for money, before the provider and after it, within the bench's own process. Calls are invented; budgets,
 * journal and store are real, and the same budgets cover every call.
 */
public final class BudgetsUnderTest implements AutoCloseable {
    private static final String KEY_ID = "bench000000";
    private static final Payer PAYER = new Payer(KEY_ID, GateUnderTest.KEY_NAME, "default", LabelledCalls.FEATURE);
    private static final long LIMIT_NANO_USD = 1_000_000_000_000_000L;

    private final InstantSource clock = InstantSource.system();
    private final MoneyParts parts;
    private final Semaphore durable = new Semaphore(0);
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();

    private BudgetsUnderTest(MoneyParts parts) {
        this.parts = parts;
    }

    /**
     * Opens an SQLite store that has no calls yet.
     *
     * @param folder for the store and the journal; made if need be
     * @param budgets how many of {@link LabelledCalls#tenBudgets} are set, from the last one on
     */
    public static BudgetsUnderTest open(Path folder, int budgets) {
        MoneyParts parts = MoneyParts.open(folder, new DatabaseUrl.Sqlite(folder.resolve("tollgate.db")));
        List<Map<String, String>> ten = LabelledCalls.tenBudgets();
        ten.subList(ten.size() - budgets, ten.size())
                .forEach(budget -> parts.budgets().set(budget(budget), "bench"));
        return new BudgetsUnderTest(parts);
    }

    private static Budget budget(Map<String, String> asked) {
        boolean model = asked.containsKey("model");
        var scope = new Scope(
                asked.get("account"),
                asked.get("app"),
                asked.get("feature"),
                asked.containsKey("key") ? KEY_ID : null,
                model ? InventedCalls.PLACE.provider() : asked.get("provider"),
                model ? InventedCalls.PLACE.model() : null);
        return new Budget(
                "",
                scope,
                asked.getOrDefault("key", ""),
                LIMIT_NANO_USD,
                Window.of(asked.getOrDefault("window", "")),
                ZoneId.of(asked.getOrDefault("time_zone", "UTC")),
                List.of(Threshold.notice(70), Threshold.notice(90), Threshold.notice(100)),
                false,
                0);
    }

    /** A call as it comes. */
    public CallStart start() {
        return InventedCalls.start(PAYER, LabelledCalls.APP, clock.millis());
    }

    /** The budgets that cover it. */
    public Cover cover(CallStart start) {
        return parts.desk().cover(start, List.of(InventedCalls.PLACE));
    }

    /**
     * Has so many calls find their budgets, hold what they may cost and settle, and waits until all are durable. They come so shortly
     * after one another that the writer commits them together, unless the disk is very slow.
     */
    public void settle(int calls) throws InterruptedException {
        for (int i = 0; i < calls; i++) {
            CallStart start = start();
            parts.desk().reserve(start, cover(start), InventedCalls.CEILING, this::reserved);
        }
        durable.acquire(calls);
        String failed = failure.get();
        if (failed != null) {
            throw new BenchException("A call was not settled: " + failed);
        }
    }

    private void reserved(ReservationResult result) {
        if (!(result instanceof ReservationResult.Reserved(Reservation reservation))) {
            failure.set(result.toString());
            durable.release();
            return;
        }
        reservation.dispatched(InventedCalls.SERVED);
        parts.settlement().settle(reservation, InventedCalls.end(clock.millis()), outcome -> {
            if (!(outcome instanceof SettlementResult.Durable)) {
                failure.set(outcome.toString());
            }
            durable.release();
        });
    }

    @Override
    public void close() {
        parts.close();
    }
}
