package dev.tollgate.front;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the process lives, whether it can do its work, and its metrics. */
public final class HealthEndpoints {
    private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoints.class);
    private final Executor blocking;
    /** Anyone may ask, and each answer costs the store a write: it is found out once in so long, for all who ask. */
    private static final long FRESH_NANOS = 1_000_000_000L;

    private final Supplier<List<String>> problems;
    private final Supplier<String> metrics;
    private @Nullable List<String> known;
    private long knownSince;

    /**
     * @param blocking runs the two suppliers
     * @param problems why the gate is not ready, one sentence each; may block for a moment
     */
    public HealthEndpoints(Executor blocking, Supplier<List<String>> problems, Supplier<String> metrics) {
        this.blocking = blocking;
        this.problems = problems;
        this.metrics = metrics;
    }

    public List<Route> routes(Context context) {
        return List.of(
                open("/healthz", (request, p) -> Replies.text(request, 200, "ok\n")),
                open("/readyz", (request, p) -> later(context, request, () -> ready(request))),
                new Route(
                        HttpMethod.GET,
                        "/metrics",
                        Authentication.OWNER_TOKEN,
                        Budget.NONE,
                        Egress.NONE,
                        (request, p) -> later(context, request, () -> scraped(request))));
    }

    private static Route open(String path, Route.Handler handler) {
        return new Route(HttpMethod.GET, path, Authentication.NONE, Budget.NONE, Egress.NONE, handler);
    }

    private void later(Context context, HttpServerRequest request, Supplier<Runnable> answer) {
        request.response().exceptionHandler(gone -> {});
        blocking.execute(() -> {
            Runnable reply;
            try {
                reply = answer.get();
            } catch (RuntimeException e) {
                LOG.error("The answer to {} could not be found out", request.path(), e);
                reply = () -> Replies.text(request, 503, "Tollgate failed. Its log says more.\n");
            }
            Runnable answered = reply;
            context.runOnContext(v -> answered.run());
        });
    }

    private Runnable ready(HttpServerRequest request) {
        List<String> found = problemsOfLate();
        String text = found.isEmpty() ? "ready\n" : String.join("\n", found) + "\n";
        return () -> Replies.text(request, found.isEmpty() ? 200 : 503, text);
    }

    private synchronized List<String> problemsOfLate() {
        List<String> found = known;
        if (found == null || System.nanoTime() - knownSince > FRESH_NANOS) {
            found = problems.get();
            known = found;
            knownSince = System.nanoTime();
        }
        return found;
    }

    private Runnable scraped(HttpServerRequest request) {
        String text = metrics.get();
        return () -> Replies.text(request, 200, text);
    }
}
