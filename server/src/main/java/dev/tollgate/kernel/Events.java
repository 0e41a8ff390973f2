package dev.tollgate.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices on their way to whoever shows them. Never for money, audit or authorization: a subscriber that fails is
 * logged, and the publisher goes on.
 */
public final class Events {
    private static final Logger LOG = LoggerFactory.getLogger(Events.class);
    private final List<Consumer<Notice>> subscribers = new CopyOnWriteArrayList<>();

    public void subscribe(Consumer<Notice> subscriber) {
        subscribers.add(subscriber);
    }

    public void publish(Notice notice) {
        for (Consumer<Notice> subscriber : subscribers) {
            try {
                subscriber.accept(notice);
            } catch (RuntimeException e) {
                LOG.error("A notice of kind {} was not delivered to one of its subscribers", notice.kind(), e);
            }
        }
    }
}
