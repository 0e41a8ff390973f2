package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.StoreOutage;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that wait for the store: each is worked out on a thread of its own, and sent on the event loop. Refusals are in Anthropic's
 * dialect, as the clients of these paths know it.
 */
final class Aside {
    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    private final InstantSource clock;
    private final StoreOutage storeOutage;
    private final Executor blocking;
    private final Context context;

    Aside(InstantSource clock, StoreOutage storeOutage, Executor blocking, Context context) {
        this.clock = clock;
        this.storeOutage = storeOutage;
        this.blocking = blocking;
        this.context = context;
    }

    /** An answer that has been worked out; sent on the event loop. */
    @FunctionalInterface
    interface Answer {
        void send(HttpServerRequest request, String requestId);
    }

    /**
     * Answers.
     *
     * @param question blocking; what it throws is logged, and answered as a fault
     */
    void answer(HttpServerRequest request, Supplier<Answer> question) {
        request.response().exceptionHandler(gone -> {});
        String id = Ids.sortable("req", clock.millis());
        blocking.execute(() -> {
            Answer answer = worked(question);
            context.runOnContext(v -> answer.send(request, id));
        });
    }

    private Answer worked(Supplier<Answer> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            if (storeOutage.explains(e)) {
                return refusal(
                        ErrorKind.UNAVAILABLE,
                        "The store does not answer at the moment. Try again shortly.",
                        StoreOutage.RETRY_AFTER_SECONDS);
            }
            LOG.error("A question could not be answered", e);
            return refusal(ErrorKind.API_ERROR, Texts.FAILED, 0);
        }
    }

    /** A refusal as the answer. */
    static Answer refusal(ErrorKind kind, String message, int retryAfterSeconds) {
        return (request, id) -> Refuser.refuse(request, Dialect.ANTHROPIC, id, kind, message, retryAfterSeconds);
    }
}
