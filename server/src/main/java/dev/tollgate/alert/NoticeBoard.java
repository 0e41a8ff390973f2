package dev.tollgate.alert;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps notices in the store until somebody dismisses them, tells each on the log as it comes, and queues it for the
 * destinations that want it. Whoever raises a notice never waits: it is written behind their back. One that the store has not taken yet is listed all the same, and is
 * written with the next.
 */
public final class NoticeBoard {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeBoard.class);
    /** Beyond it the oldest go: whoever can cause notices must not fill the store. */
    private static final int KEPT = 200;

    private static final Comparator<KeptNotice> NEWEST_FIRST = Comparator.comparing(
                    (KeptNotice kept) -> kept.notice().at())
            .thenComparing(KeptNotice::id)
            .reversed();

    private final Store store;
    private final AuditTrail audit;
    private final Outbox outbox;
    /** Not durable yet, in the order in which they came; true while a write is under way. */
    private final SequencedMap<KeptNotice, Boolean> waiting = new LinkedHashMap<>();
    /** Notices that are being dismissed: from then on no write may bring them back. */
    private final Set<String> leaving = new HashSet<>();

    public NoticeBoard(Events events, Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.outbox = new Outbox(clock);
        events.subscribe(this::pin);
    }

    private void pin(Notice notice) {
        LOG.warn("{} {}", notice.message(), notice.cure());
        KeptNotice kept = new KeptNotice(Ids.sortable("ntc", notice.at().toEpochMilli()), storable(notice));
        // One lock for choosing what to write and queueing it: whoever dismisses one of them comes behind this, or
        // before.
        synchronized (waiting) {
            List<KeptNotice> some = toWrite(kept);
            store.submit(tx -> put(tx, some), failure -> {
                if (failure == null) {
                    written(some);
                } else {
                    notWritten(some);
                    LOG.error("A notice of kind {} could not be stored yet", notice.kind(), failure);
                }
            });
        }
    }

    /** This one, and those that the store did not take when they came. */
    private List<KeptNotice> toWrite(KeptNotice kept) {
        waiting.put(kept, false);
        if (waiting.size() > KEPT) {
            waiting.pollFirstEntry();
        }
        List<KeptNotice> idle = waiting.entrySet().stream()
                .filter(each ->
                        !each.getValue() && !leaving.contains(each.getKey().id()))
                .map(Map.Entry::getKey)
                .toList();
        idle.forEach(each -> waiting.put(each, true));
        return idle;
    }

    private void written(List<KeptNotice> notices) {
        synchronized (waiting) {
            notices.forEach(waiting::remove);
        }
    }

    private void notWritten(List<KeptNotice> notices) {
        synchronized (waiting) {
            notices.forEach(each -> waiting.replace(each, false));
        }
    }

    /** As it will come back from the store. */
    private static Notice storable(Notice notice) {
        return new Notice(
                Instant.ofEpochMilli(notice.at().toEpochMilli()),
                StoredText.clean(notice.kind(), 64),
                StoredText.clean(notice.subject(), 256),
                StoredText.clean(notice.message(), 1_000),
                StoredText.clean(notice.cure(), 1_000));
    }

    private void put(WriteSession tx, List<KeptNotice> notices) {
        for (KeptNotice kept : notices) {
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
        }
        NoticeRows.trim(tx.handle(), KEPT);
    }

    private List<KeptNotice> waiting() {
        synchronized (waiting) {
            return List.copyOf(waiting.keySet());
        }
    }

    /** At most two hundred. Blocking. */
    public List<KeptNotice> newestFirst() {
        List<KeptNotice> unstored = waiting(); // before the others are read: what is stored meanwhile is then in both
        return Stream.concat(unstored.stream(), store.read(NoticeRows::all).stream())
                .distinct()
                .sorted(NEWEST_FIRST)
                .limit(KEPT)
                .toList();
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
            written(unstored.stream().toList());
        } finally {
            synchronized (waiting) {
                leaving.remove(id);
            }
        }
    }
}
