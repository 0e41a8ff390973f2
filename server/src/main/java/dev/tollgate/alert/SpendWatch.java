package dev.tollgate.alert;

import dev.tollgate.alert.SpendRows.Scope;
import dev.tollgate.alert.SpendSource.Spent;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what each account, key, app and feature spends in the running hour, and says so where that is far above what it
 * spends in hours like that. Beside the request path: it asks for sums, every few minutes.
 */
final class SpendWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpendWatch.class);
    private static final Duration PACE = Duration.ofMinutes(5);
    private static final long HOUR = UsualSpend.HOUR_MILLIS;
    private static final long DAY = 24 * HOUR;
    private static final long HISTORY = 28 * DAY;
    private static final long KEPT = 35 * DAY;
    /** A call counts in the hour in which it began, once it has ended: an hour is noted so long after it is over. */
    private static final long SETTLING = Duration.ofMinutes(15).toMillis();
    /** Apps and features are the callers' own words: of each kind so many in an hour, the dearest. */
    private static final int MOST_SCOPES = 500;

    private final Store store;
    private final Events events;
    private final SpendSource source;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);

    SpendWatch(Store store, Events events, SpendSource source, InstantSource clock) {
        this.store = store;
        this.events = events;
        this.source = source;
        this.clock = clock;
    }

    void start() {
        Thread.ofVirtual().name("spend-watch").start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(PACE.toMillis(), TimeUnit.MILLISECONDS)) { // the start has other things to do
                try {
                    look();
                } catch (RuntimeException e) { // the store is away: the next round looks again
                    LOG.warn("Spending could not be looked at: {}", e.toString());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Notes the hours that are over, and judges what was spent since. */
    void look() {
        long now = clock.millis();
        long running = Math.floorDiv(now, HOUR) * HOUR;
        long from = running - HISTORY;
        SortedSet<Long> observed = store.read(handle -> SpendRows.observed(handle, from));
        for (long hour = from; hour + HOUR + SETTLING <= now && closing.getCount() > 0; hour += HOUR) {
            if (!observed.contains(hour)) {
                List<Spent> spent = source.between(hour, hour + HOUR);
                if (hour >= running - 2 * HOUR) { // the end of an hour that was judged while it ran
                    judge(hour, spent, observed);
                }
                note(hour, spent);
                observed.add(hour);
            }
        }
        judge(running, source.between(running, now), observed);
        store.write(tx -> {
            SpendRows.prune(tx.handle(), now - KEPT, (now - KEPT) / DAY);
            return true;
        });
    }

    private void note(long hour, List<Spent> spent) {
        Map<Scope, Long> costs = dearest(sums(spent));
        store.write(tx -> {
            SpendRows.note(tx.handle(), hour, costs);
            return true;
        });
    }

    private static Map<Scope, Long> dearest(Map<Scope, Long> sums) {
        Map<Scope, Long> dearest = new HashMap<>();
        sums.entrySet().stream()
                .filter(sum -> sum.getValue() > 0)
                .collect(Collectors.groupingBy(sum -> sum.getKey().kind()))
                .values()
                .forEach(kind -> kind.stream()
                        .sorted(Map.Entry.<Scope, Long>comparingByValue(Comparator.reverseOrder()))
                        .limit(MOST_SCOPES)
                        .forEach(sum -> dearest.put(sum.getKey(), sum.getValue())));
        return dearest;
    }

    private static Map<Scope, Long> sums(List<Spent> spent) {
        Map<Scope, Long> sums = new HashMap<>();
        for (Spent one : spent) {
            add(sums, "account", one.account(), one.costNanoUsd());
            add(sums, "key", one.keyId(), one.costNanoUsd());
            add(sums, "app", one.app(), one.costNanoUsd());
            add(sums, "feature", one.feature(), one.costNanoUsd());
        }
        return sums;
    }

    private static void add(Map<Scope, Long> sums, String kind, String id, long costNanoUsd) {
        if (!id.isEmpty()) {
            sums.merge(new Scope(kind, id), costNanoUsd, Long::sum);
        }
    }

    private void judge(long hour, List<Spent> spent, SortedSet<Long> observed) {
        dearest(sums(spent)).forEach((scope, cost) -> {
            if (cost > UsualSpend.FLOOR_NANO_USD) {
                judge(hour, scope, cost, name(scope, spent), observed);
            }
        });
    }

    private void judge(long hour, Scope scope, long cost, String name, SortedSet<Long> observed) {
        SortedSet<Long> before = observed.headSet(hour);
        Map<Long, Long> history = store.read(handle -> SpendRows.history(handle, scope, hour - HISTORY, hour));
        OptionalLong most = UsualSpend.most(hour, history, before);
        if (most.isEmpty() || cost <= most.getAsLong()) {
            return;
        }
        Notice notice = new Notice(
                clock.instant(),
                NoticeType.SPEND_UNUSUAL.kind(),
                scope.kind() + " " + name,
                "The " + scope.kind() + " " + name + " has spent $" + Money.formatUsd(cost) + " in the hour from "
                        + Instant.ofEpochMilli(hour) + "; hours like that come to $"
                        + Money.formatUsd(UsualSpend.median(hour, history, before)) + ", and $"
                        + Money.formatUsd(most.getAsLong()) + " would still be usual.",
                cure(scope, name));
        boolean told = store.write(tx -> {
            boolean first = SpendRows.tell(tx.handle(), scope, Math.floorDiv(hour, DAY));
            if (first) {
                events.keep(tx, notice);
            }
            return first;
        });
        if (told) {
            LOG.warn("{} {}", notice.message(), notice.cure());
        }
    }

    private static String name(Scope scope, List<Spent> spent) {
        return scope.kind().equals("key")
                ? spent.stream()
                        .filter(one -> one.keyId().equals(scope.id()))
                        .map(Spent::keyName)
                        .findFirst()
                        .orElse(scope.id())
                : scope.id();
    }

    private static String cure(Scope scope, String name) {
        String limit =
                "set a cap with: tollgate budget set --" + scope.kind() + " " + name + " --limit USD --window day";
        return scope.kind().equals("key")
                ? "Look with `tollgate usage --by key`; " + limit + "; or stop it with: tollgate key revoke " + name
                : "Look with `tollgate usage`; " + limit;
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
