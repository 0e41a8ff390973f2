package dev.tollgate.budget;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives notice of nodes that have been silent for long and hold money that others could use. */
final class LostNodes {
    private static final Logger LOG = LoggerFactory.getLogger(LostNodes.class);
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
            Thread.startVirtualThread(this::look);
        }
    }

    /** Blocking. */
    void look() {
        long before = clock.millis() - SILENT_MILLIS;
        try {
            for (Optional<String> silent = silent(before); silent.isPresent(); silent = silent(before)) {
                String node = silent.get();
                UnpostedRows.postAll(store, node, tx -> NodeRows.isSilent(tx.handle(), node, before));
            }
            store.read(handle -> NodeRows.silent(handle, before)).forEach(this::tell);
        } catch (RuntimeException e) { // the store is away, or closed: the next look finds them
            LOG.warn("What lost nodes hold could not be looked at yet: {}", e.toString());
        }
    }

    private Optional<String> silent(long before) {
        return store.read(handle -> UnpostedRows.silent(handle, before));
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
