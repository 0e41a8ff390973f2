package dev.tollgate.sim;

import io.vertx.core.http.HttpMethod;

/** What a request asks for, told by its method, path and headers alone. */
sealed interface Route {

    Vendor vendor();

    /**
     * A call of a POST endpoint.
     *
     * @param pathModel the model named in the path (Gemini), else empty
     */
    record Call(Endpoint endpoint, String pathModel) implements Route {
        @Override
        public Vendor vendor() {
            return endpoint.vendor();
        }
    }

    record ListModels(Vendor vendor) implements Route {}

    record GetModel(Vendor vendor, String id) implements Route {}

    /**
     * Something about message batches.
     *
     * @param id empty for a new one
     * @param verb what stands behind the id: {@code results}, {@code cancel}; else empty
     */
    record OfBatches(HttpMethod method, String id, String verb) implements Route {
        @Override
        public Vendor vendor() {
            return Vendor.ANTHROPIC;
        }
    }

    /**
     * Something about files.
     *
     * @param id empty for a new one
     * @param verb what stands behind the id: {@code content}; else empty
     */
    record OfFiles(Vendor vendor, HttpMethod method, String id, String verb) implements Route {}

    record WrongMethod(Vendor vendor) implements Route {}

    record Unknown(Vendor vendor) implements Route {}

    /**
     * Tells what a request asks for.
     *
     * @param path decoded
     * @param byHeaders whose client this is, told by its headers: {@code /v1/models} belongs to all three vendors
     */
    static Route of(HttpMethod method, String path, Vendor byHeaders) {
        return switch (path) {
            case "/v1/messages" -> post(method, Endpoint.MESSAGES);
            case "/v1/messages/count_tokens" -> post(method, Endpoint.COUNT_TOKENS);
            case "/v1/chat/completions" -> post(method, Endpoint.CHAT_COMPLETIONS);
            case "/v1/responses" -> post(method, Endpoint.RESPONSES);
            case "/v1/embeddings" -> post(method, Endpoint.EMBEDDINGS);
            case "/v1/models" -> get(method, new ListModels(byHeaders));
            case "/v1beta/models" -> get(method, new ListModels(Vendor.GEMINI));
            default -> {
                if (isAt("/v1/messages/batches", path)) {
                    yield new OfBatches(method, segment(path, 4), segment(path, 5));
                }
                if (isAt("/v1/files", path)) {
                    Vendor vendor = byHeaders == Vendor.ANTHROPIC ? Vendor.ANTHROPIC : Vendor.OPENAI;
                    yield new OfFiles(vendor, method, segment(path, 3), segment(path, 4));
                }
                if (path.startsWith("/v1beta/models/")) {
                    yield underModels(method, path.substring("/v1beta/models/".length()), Vendor.GEMINI);
                }
                if (path.startsWith("/v1/models/")) {
                    yield underModels(method, path.substring("/v1/models/".length()), byHeaders);
                }
                yield new Unknown(byHeaders);
            }
        };
    }

    private static boolean isAt(String place, String path) {
        return path.equals(place) || path.startsWith(place + "/");
    }

    private static String segment(String path, int number) {
        String[] segments = path.split("/", -1);
        return number < segments.length ? segments[number] : "";
    }

    /** {@code model:verb} for a call. The model may hold colons itself ({@code flaky:429}), so the verb is after the last. */
    private static Route underModels(HttpMethod method, String rest, Vendor vendor) {
        int colon = rest.lastIndexOf(':');
        String model = colon < 0 ? rest : rest.substring(0, colon);
        return switch (colon < 0 ? "" : rest.substring(colon + 1)) {
            case "generateContent" -> post(method, new Call(Endpoint.GENERATE_CONTENT, model));
            case "streamGenerateContent" -> post(method, new Call(Endpoint.STREAM_GENERATE_CONTENT, model));
            case "countTokens" -> post(method, new Call(Endpoint.GEMINI_COUNT_TOKENS, model));
            case "embedContent" -> post(method, new Call(Endpoint.EMBED_CONTENT, model));
            case "batchEmbedContents" -> post(method, new Call(Endpoint.BATCH_EMBED_CONTENTS, model));
            default -> get(method, new GetModel(vendor, rest));
        };
    }

    private static Route post(HttpMethod method, Endpoint endpoint) {
        return post(method, new Call(endpoint, ""));
    }

    private static Route post(HttpMethod method, Call call) {
        return method.equals(HttpMethod.POST) ? call : new WrongMethod(call.vendor());
    }

    private static Route get(HttpMethod method, Route route) {
        return method.equals(HttpMethod.GET) ? route : new WrongMethod(route.vendor());
    }
}
