package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps notices in the store until somebody dismisses them, tells each on the log as it comes, and queues it for the
 * destinations that want it. Whoever raises a notice never waits: it is written behind their back.
 *
 * <p>What the store has not taken is listed all the same, and is offered to it again, after a second at first and then less and less
 * often, down to twice a minute. Two hundred wait so; beyond that the oldest go, those that are not urgent before the others. One that
 * the store itself refuses, though it answers, goes after ten tries. How many those were is a notice itself when the store takes one.
 */
public final class NoticeBoard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeBoard.class);
    /** Beyond it the oldest go, in the store and in memory: whoever can cause notices must not fill either. */
    static final int KEPT = 200;

    /** Some minutes: a store that is being repaired refuses for a while what it will take. */
    static final int MOST_REFUSALS = 10;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private static final Comparator<KeptNotice> NEWEST_FIRST = Comparator.comparing(
                    (KeptNotice kept) -> kept.notice().at())
            .thenComparing(KeptNotice::id)
            .reversed();

    private final Store store;
    private final AuditTrail audit;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Duration firstPause;
    /** Not durable yet, in the order in which they came; true while a write is under way. Its lock guards what follows, too. */
    private final SequencedMap<KeptNotice, Boolean> waiting = new LinkedHashMap<>();
    /** How often the store has refused each of those that wait, by their ids; none where it was only away. */
    private final Map<String, Integer> refusals = new HashMap<>();

    /** Notices that are being dismissed: from then on no write may bring them back. */
    private final Set<String> leaving = new HashSet<>();

    private Duration pause;
    private boolean pausing;
    private boolean closed;
    private int lost;

    /** Listens to the events from now on. */
    public NoticeBoard(Events events, Store store, AuditTrail audit, InstantSource clock) {
        this(events, store, audit, clock, FIRST_PAUSE);
    }

    /** @param firstPause before the store is offered again what it has not taken */
    NoticeBoard(Events events, Store store, AuditTrail audit, InstantSource clock, Duration firstPause) {
        this.store = store;
        this.audit = audit;
        this.outbox = new Outbox(clock);
        this.clock = clock;
        this.firstPause = firstPause;
        this.pause = firstPause;
        events.subscribe(this::pin);
        events.subscribeKeeper((tx, notice) -> put(tx, kept(notice)));
    }

    private void pin(Notice notice) {
        LOG.warn("{} {}", notice.message(), notice.cure());
        KeptNotice kept = kept(notice);
        // One lock for noting what waits and queueing its write: whoever dismisses it comes behind this, or before.
        synchronized (waiting) {
            write(kept);
        }
    }

    private static KeptNotice kept(Notice notice) {
        return new KeptNotice(Ids.sortable("ntc", notice.at().toEpochMilli()), storable(notice));
    }

    private void write(KeptNotice kept) {
        waiting.put(kept, true);
        store.submit(tx -> put(tx, kept), failure -> {
            if (failure == null) {
                written(kept);
            } else {
                notWritten(kept, failure);
            }
        });
    }

    private void writeIdle() {
        waiting.entrySet().stream()
                .filter(each ->
                        !each.getValue() && !leaving.contains(each.getKey().id()))
                .map(Map.Entry::getKey)
                .toList()
                .forEach(this::write);
    }

    /** The store takes writes: it is offered all that it has not taken. */
    private void written(KeptNotice kept) {
        synchronized (waiting) {
            forget(kept);
            pause = firstPause;
            writeIdle();
            if (lost > 0) {
                String what = lost == 1
                        ? "One notice was lost, because the database did not take it."
                        : lost + " notices were lost, because the database did not take them.";
                lost = 0;
                pin(new Notice(
                        clock.instant(),
                        NoticeType.NOTICE_LOST.kind(),
                        "notices",
                        what,
                        "What they said is in the gate's log."));
            }
        }
    }

    private void notWritten(KeptNotice kept, StoreUnavailable failure) {
        synchronized (waiting) {
            if (waiting.replace(kept, false) == null) {
                return; // it has been dismissed meanwhile
            }
            if (failure.isRejected() && refusals.merge(kept.id(), 1, Integer::sum) >= MOST_REFUSALS) {
                LOG.error("The notice {} is given up: the store refuses it", kept.id(), failure);
                forget(kept);
                lost++;
            }
            List<KeptNotice> idle = waiting.entrySet().stream()
                    .filter(each -> !each.getValue())
                    .map(Map.Entry::getKey)
                    .toList();
            if (idle.size() > KEPT) {
                forget(least(idle));
                lost++;
            }
            if (!pausing && !closed) {
                LOG.error("Notices could not be stored; they are offered again in {}", pause, failure);
            }
            tryLater();
        }
    }

    private void forget(KeptNotice kept) {
        waiting.remove(kept);
        refusals.remove(kept.id());
    }

    /** The oldest that is not urgent, or else the oldest. */
    private static KeptNotice least(List<KeptNotice> notices) {
        return notices.stream()
                .filter(kept -> !NoticeType.isUrgent(kept.notice()))
                .findFirst()
                .orElseGet(notices::getFirst);
    }

    private void tryLater() {
        if (pausing || closed) {
            return;
        }
        pausing = true;
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    synchronized (waiting) {
                        pausing = false;
                        if (!closed) {
                            writeIdle();
                        }
                    }
                });
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }

    /** As it will come back from the store. */
    private static Notice storable(Notice notice) {
        return new Notice(
                Instant.ofEpochMilli(notice.at().toEpochMilli()),
                StoredText.clean(notice.kind(), 64),
                StoredText.clean(notice.subject(), 256),
                StoredText.clean(notice.message(), 1_000),
                StoredText.clean(notice.cure(), 1_000),
                notice.urgent());
    }

    private void put(WriteSession tx, KeptNotice kept) {
        switch (NoticeRows.put(tx.handle(), kept)) {
            case NEW -> outbox.put(tx.handle(), kept);
            case AGAIN -> {
                if (!NoticeType.isRaisedAnew(kept.notice().kind())) {
                    outbox.put(tx.handle(), kept);
                }
            }
            case KNOWN -> {
                // queued when it came first
            }
        }
        NoticeRows.trim(tx.handle(), KEPT);
    }

    /** Those that are not durable yet, in the order in which they came. */
    List<KeptNotice> waiting() {
        synchronized (waiting) {
            return List.copyOf(waiting.keySet());
        }
    }

    /** At most two hundred. Blocking. */
    public List<KeptNotice> newestFirst() {
        List<KeptNotice> unstored = waiting(); // before the others are read: what is stored meanwhile is then in both
        Map<String, KeptNotice> all = new HashMap<>();
        unstored.forEach(kept -> all.put(kept.id(), kept));
        store.read(NoticeRows::all).forEach(kept -> all.putIfAbsent(kept.id(), kept));
        return all.values().stream().sorted(NEWEST_FIRST).limit(KEPT).toList();
    }

    /**
     * Takes a notice down. Blocking.
     *
     * @throws Refusal if there is none of that id
     */
    public void dismiss(String id, String actor) {
        Optional<KeptNotice> unstored;
        synchronized (waiting) {
            leaving.add(id);
            unstored = waiting.keySet().stream()
                    .filter(kept -> kept.id().equals(id))
                    .findFirst();
        }
        try {
            store.write(tx -> {
                Notice dismissed = NoticeRows.remove(tx.handle(), id)
                        .or(() -> unstored.map(KeptNotice::notice))
                        .orElseThrow(() -> Refusal.notFound(
                                "There is no such notice.", "It may have been raised anew: tollgate notice list"));
                audit.record(tx, actor, "notice.dismissed", dismissed.subject(), dismissed.kind());
                return true;
            });
            synchronized (waiting) {
                unstored.ifPresent(this::forget);
            }
        } finally {
            synchronized (waiting) {
                leaving.remove(id);
                if (waiting.containsValue(false)) {
                    tryLater(); // it may not have been dismissed after all
                }
            }
        }
    }

    /** The store is about to close, and is offered nothing again. */
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            if (!waiting.isEmpty()) {
                LOG.warn("{} notices may not have been stored; what they say is above", waiting.size());
            }
        }
    }
}
