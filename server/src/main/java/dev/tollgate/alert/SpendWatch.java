package dev.tollgate.alert;

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
 * Looks at what each account, member, key, grant, app, feature, provider and model spends in the running hour, and says so where
 * that is far above what it spends in hours like that. Beside the request path: it asks for sums, every few minutes. A call counts
 * as it is resolved when its hour is looked at; what is resolved later changes no history.
 */
final class SpendWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpendWatch.class);
    private static final Duration PACE = Duration.ofMinutes(5);
    /** The sums of an hour of very many calls take long: a look is followed by so many times its length. */
    private static final int REST = 20;
    /** But no more: each hour is judged once more after its end. */
    private static final Duration LONGEST_REST = Duration.ofMinutes(40);

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
            Duration pause = PACE; // the start has other things to do
            while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                long begun = System.nanoTime();
                try {
                    look();
                } catch (RuntimeException e) { // the store is away: the next round looks again
                    LOG.warn("Spending could not be looked at: {}", e.toString());
                }
                pause = pauseAfter(Duration.ofNanos(System.nanoTime() - begun));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static Duration pauseAfter(Duration look) {
        Duration rest = look.multipliedBy(REST);
        if (rest.compareTo(PACE) < 0) {
            return PACE;
        }
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
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
        Map<SpendScope, Long> costs = dearest(sums(spent));
        store.write(tx -> {
            SpendRows.note(tx.handle(), hour, costs);
            return true;
        });
    }

    private static Map<SpendScope, Long> dearest(Map<SpendScope, Long> sums) {
        Map<SpendScope, Long> dearest = new HashMap<>();
        sums.entrySet().stream()
                .filter(sum -> sum.getValue() > 0)
                .collect(Collectors.groupingBy(sum -> sum.getKey().kind()))
                .values()
                .forEach(kind -> kind.stream()
                        .sorted(Map.Entry.<SpendScope, Long>comparingByValue(Comparator.reverseOrder()))
                        .limit(MOST_SCOPES)
                        .forEach(sum -> dearest.put(sum.getKey(), sum.getValue())));
        return dearest;
    }

    private static Map<SpendScope, Long> sums(List<Spent> spent) {
        Map<SpendScope, Long> sums = new HashMap<>();
        for (Spent one : spent) {
            for (SpendScope.Kind kind : SpendScope.Kind.values()) {
                kind.of(one).ifPresent(scope -> sums.merge(scope, one.costNanoUsd(), Long::sum));
            }
        }
        return sums;
    }

    private void judge(long hour, List<Spent> spent, SortedSet<Long> observed) {
        dearest(sums(spent)).forEach((scope, cost) -> {
            if (cost > UsualSpend.FLOOR_NANO_USD) {
                judge(hour, scope, cost, spent, observed);
            }
        });
    }

    private void judge(long hour, SpendScope scope, long cost, List<Spent> spent, SortedSet<Long> observed) {
        SortedSet<Long> before = observed.headSet(hour);
        Map<Long, Long> history = store.read(handle -> SpendRows.history(handle, scope, hour - HISTORY, hour));
        OptionalLong most = UsualSpend.most(hour, history, before);
        if (most.isEmpty() || cost <= most.getAsLong()) {
            return;
        }
        String name = name(scope, spent);
        String who = scope.kind().wireName() + " " + name;
        Notice notice = new Notice(
                clock.instant(),
                NoticeType.SPEND_UNUSUAL.kind(),
                who,
                "The " + who + " has spent $" + Money.formatUsd(cost) + " in the hour from "
                        + Instant.ofEpochMilli(hour) + "; hours like that come to $"
                        + Money.formatUsd(UsualSpend.median(hour, history, before)) + ", and $"
                        + Money.formatUsd(most.getAsLong()) + " would still be usual.",
                scope.cure(name));
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

    private String name(SpendScope scope, List<Spent> spent) {
        return switch (scope.kind()) {
            case KEY -> payerName(scope, spent);
            case GRANT -> scope.id() + " (" + payerName(scope, spent) + ")";
            case MEMBER -> source.emailOf(scope.id());
            case ACCOUNT, APP, FEATURE, PROVIDER, MODEL -> scope.id();
        };
    }

    private static String payerName(SpendScope scope, List<Spent> spent) {
        return spent.stream()
                .filter(one -> scope.kind().of(one).filter(scope::equals).isPresent())
                .map(Spent::payerName)
                .findFirst()
                .orElse(scope.id());
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
