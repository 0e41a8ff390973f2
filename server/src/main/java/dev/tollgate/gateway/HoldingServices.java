package dev.tollgate.gateway;

import dev.tollgate.holdings.Holdings;
import java.util.concurrent.Executor;

/** What the doors of batches and files share; the same for all event loops. */
public final class HoldingServices {
    private final BatchStories batches;
    private final FileStories files;
    private final Errands errands;
    private final Executor blocking;

    /**
     * Stories over these.
     *
     * @param blocking runs each story on a thread that may wait
     */
    public HoldingServices(
            Services services, Holdings holdings, Errands errands, BatchBilling billing, Executor blocking) {
        Senders senders = new Senders(services.planner(), errands);
        this.batches = new BatchStories(services, holdings, billing, senders);
        this.files = new FileStories(services, holdings, billing, senders);
        this.errands = errands;
        this.blocking = blocking;
    }

    BatchStories batches() {
        return batches;
    }

    FileStories files() {
        return files;
    }

    Errands errands() {
        return errands;
    }

    Executor blocking() {
        return blocking;
    }
}
