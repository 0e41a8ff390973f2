package dev.tollgate.telemetry;

import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The latest notices, for whoever asks; and each of them on the log. */
public final class NoticeBoard {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeBoard.class);
    private static final int KEPT = 200;

    private final Deque<Notice> newestFirst = new ArrayDeque<>();

    public NoticeBoard(Events events) {
        events.subscribe(this::pin);
    }

    private void pin(Notice notice) {
        LOG.warn("{} {}", notice.message(), notice.cure());
        synchronized (newestFirst) {
            newestFirst.addFirst(notice);
            if (newestFirst.size() > KEPT) {
                newestFirst.removeLast();
            }
        }
    }

    public List<Notice> newestFirst() {
        synchronized (newestFirst) {
            return List.copyOf(newestFirst);
        }
    }
}
