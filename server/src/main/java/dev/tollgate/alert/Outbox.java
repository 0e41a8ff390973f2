package dev.tollgate.alert;

import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Notice;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a notice into the queue of every destination that wants it, in the transaction that keeps the notice. */
final class Outbox {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    /** Some 20 KB, the size below which the Standard Webhooks specification wants payloads; and 50 blocks at Slack. */
    static final int MOST_NOTICES = 25;
    /** Of a destination that takes nothing any more: beyond it, notices stand on the board alone. */
    static final int MOST_WAITING = 500;

    private final InstantSource clock;

    Outbox(InstantSource clock) {
        this.clock = clock;
    }

    void put(Handle handle, KeptNotice kept) {
        long now = clock.millis();
        for (Destination destination : DestinationRows.all(handle)) {
            if (destination.disabledAtMillis() == 0
                    && destination.wants(kept.notice())
                    && !MessageRows.hasNotice(handle, kept.id(), destination.id())) {
                put(handle, destination, kept, now);
            }
        }
    }

    private static void put(Handle handle, Destination destination, KeptNotice kept, long now) {
        Notice notice = kept.notice();
        boolean urgent = NoticeType.isUrgent(notice);
        long due = urgent ? now : destination.timetable().due(now);
        boolean gathered = destination.timetable().gathers() && !urgent;
        String open = gathered
                ? MessageRows.openDigest(handle, destination.id(), due, now, MOST_NOTICES)
                        .orElse("")
                : "";
        if (open.isEmpty()) {
            if (MessageRows.waiting(handle, destination.id()) >= MOST_WAITING) {
                LOG.warn(
                        "Too many messages wait for the destination {}: it is not sent {}",
                        destination.name(),
                        kept.id());
                return;
            }
            open = Ids.sortable("msg", now);
            MessageRows.insert(handle, open, destination, urgent, due, now);
        }
        MessageRows.insert(handle, open, destination.id(), kept);
    }
}
