package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Gives notice of nodes that have been silent for long and hold money that others could use. */
final class LostNodes {
    private static final long SILENT_MILLIS = Duration.ofHours(1).toMillis();
    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Store store;
    private final Events events;
    private final InstantSource clock;
    /** Those of which notice has been given, by when they had been seen last: one that came back may be lost again. */
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    private long lookAtNanos;

    /** @param nowNanos by the clock that {@link #tend} is told */
    LostNodes(Store store, Events events, InstantSource clock, long nowNanos) {
        this.store = store;
        this.events = events;
        this.clock = clock;
        this.lookAtNanos = nowNanos + TimeUnit.MINUTES.toNanos(1);
    }

    /** Looks from time to time; returns at once. By one thread. */
    void tend(long nowNanos) {
        if (nowNanos - lookAtNanos >= 0) {
            lookAtNanos = nowNanos + PAUSE_NANOS;
            look();
        }
    }

    void look() {
        List<NodeRows.Silent> found = new ArrayList<>();
        boolean[] posted = new boolean[1];
        store.submit(
                tx -> {
                    long before = clock.millis() - SILENT_MILLIS;
                    posted[0] = UnpostedRows.stepSilent(tx, before, FreeingNode.STEP);
                    found.clear(); // it may be repeated
                    if (!posted[0]) {
                        found.addAll(NodeRows.silent(tx.handle(), before));
                    }
                },
                failure -> {
                    if (failure == null && posted[0]) {
                        look();
                    } else if (failure == null) {
                        found.forEach(this::tell);
                    } // else the next look finds them
                });
    }

    private void tell(NodeRows.Silent node) {
        if (!Objects.equals(told.put(node.id(), node.seenAtMillis()), node.seenAtMillis())) {
            events.publish(new Notice(
                    clock.instant(),
                    "budget.node_lost",
                    node.id(),
                    "The node " + node.id() + ", last seen at " + Instant.ofEpochMilli(node.seenAtMillis())
                            + ", still holds $" + Money.formatUsd(node.grantedNanoUsd()) + " of budgets.",
                    "Start it again on its home: it then bills what it had in flight and returns the rest. If the home is"
                            + " lost for good: `tollgate budget free " + node.id() + "`."));
        }
    }
}
