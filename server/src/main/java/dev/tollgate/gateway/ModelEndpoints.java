package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.kernel.Ids;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The doors of the model API, for one event loop. */
public final class ModelEndpoints {
    private static final Map<String, Operation> BY_BODY = Map.of(
            "/v1/messages", Operation.MESSAGES,
            "/v1/messages/count_tokens", Operation.COUNT_TOKENS,
            "/v1/chat/completions", Operation.CHAT_COMPLETIONS,
            "/v1/responses", Operation.RESPONSES,
            "/v1/responses/input_tokens", Operation.INPUT_TOKENS,
            "/v1/embeddings", Operation.EMBEDDINGS);
    private static final Map<String, Operation> BY_VERB = Map.of(
            "generateContent", Operation.GENERATE_CONTENT,
            "streamGenerateContent", Operation.STREAM_GENERATE_CONTENT,
            "countTokens", Operation.GEMINI_COUNT_TOKENS,
            "embedContent", Operation.EMBED_CONTENT,
            "batchEmbedContents", Operation.BATCH_EMBED_CONTENTS);

    private final Services services;
    private final ProviderClient client;
    private final Context context;

    public ModelEndpoints(Services services, ProviderClient client, Context context) {
        this.services = services;
        this.client = client;
        this.context = context;
    }

    public List<Route> routes() {
        ModelsEndpoint models = new ModelsEndpoint(services);
        List<Route> routes = new ArrayList<>();
        BY_BODY.forEach((path, operation) -> {
            routes.add(metered(path, (request, p) -> call(request, operation, null, path, "")));
            String prefixed = "/" + operation.dialect().wireName() + path;
            routes.add(metered(prefixed, (request, p) -> call(request, operation, null, path, "")));
        });
        for (String version : List.of("/v1beta/models/", "/v1/models/")) {
            routes.add(metered(version + "*", (request, p) -> gemini(request, p, version)));
            routes.add(metered("/gemini" + version + "*", (request, p) -> gemini(request, p, version)));
        }
        routes.addAll(models.routes());
        for (String path : List.of("/", "/api/hello")) {
            routes.add(open(HttpMethod.HEAD, path));
            routes.add(open(HttpMethod.GET, path));
        }
        return routes;
    }

    private static Route metered(String path, Route.Handler handler) {
        return new Route(HttpMethod.POST, path, Authentication.VIRTUAL_KEY, Budget.METERED, Egress.PROVIDERS, handler);
    }

    /** What clients ask for to see whether anybody is there. */
    private static Route open(HttpMethod method, String path) {
        return new Route(
                method,
                path,
                Authentication.NONE,
                Budget.NONE,
                Egress.NONE,
                (request, p) -> request.response()
                        .putHeader("content-type", "text/plain; charset=utf-8")
                        .end("Tollgate\n"));
    }

    private void gemini(HttpServerRequest request, Map<String, String> parameters, String version) {
        String rest = parameters.getOrDefault("*", "");
        int colon = rest.lastIndexOf(':');
        Operation operation = colon < 0 ? null : BY_VERB.get(rest.substring(colon + 1));
        String model = colon < 0 ? null : decode(rest.substring(0, colon));
        if (operation == null || model == null) {
            String id = requestId();
            Refuser.refuse(request, Dialect.GEMINI, id, ErrorKind.NOT_FOUND, "There is no such method on models here.");
            return;
        }
        call(request, operation, model, version, rest.substring(colon));
    }

    /** A segment of the path; null if a percent escape in it is broken. */
    static @Nullable String decode(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private void call(
            HttpServerRequest request, Operation operation, @Nullable String pathModel, String path, String verb) {
        Inbound inbound = new Inbound(
                requestId(),
                operation,
                request,
                pathModel,
                path,
                verb,
                services.clock().millis(),
                System.nanoTime());
        new ModelCall(services, client, context, inbound).run();
    }

    private String requestId() {
        return Ids.sortable("req", services.clock().millis());
    }
}
