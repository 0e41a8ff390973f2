package dev.tollgate.kernel;

import dev.tollgate.kernel.store.WriteSession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
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
    private final List<BiConsumer<WriteSession, Notice>> keepers = new CopyOnWriteArrayList<>();

    public void subscribe(Consumer<Notice> subscriber) {
        subscribers.add(subscriber);
    }

    /** Has notices of {@link #keep} written by a keeper, in the transaction that it is given; it must change nothing else. */
    public void subscribeKeeper(BiConsumer<WriteSession, Notice> keeper) {
        keepers.add(keeper);
    }

    /**
     * Keeps a notice in the transaction that notes that it has been given: all or none, so that it is given once. Subscribers to
     * {@link #publish} do not hear of it, for the transaction may be repeated.
     */
    public void keep(WriteSession tx, Notice notice) {
        keepers.forEach(keeper -> keeper.accept(tx, notice));
    }

    /** Tells whoever has subscribed. */
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
