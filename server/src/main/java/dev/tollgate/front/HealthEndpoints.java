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

/** Whether the process lives, whether it can do its work, and its metrics. */
public final class HealthEndpoints {
    private final Executor blocking;
    private final Supplier<List<String>> problems;
    private final Supplier<String> metrics;

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
            Runnable reply = answer.get();
            context.runOnContext(v -> reply.run());
        });
    }

    private Runnable ready(HttpServerRequest request) {
        List<String> found = problems.get();
        String text = found.isEmpty() ? "ready\n" : String.join("\n", found) + "\n";
        return () -> Replies.text(request, found.isEmpty() ? 200 : 503, text);
    }

    private Runnable scraped(HttpServerRequest request) {
        String text = metrics.get();
        return () -> Replies.text(request, 200, text);
    }
}
