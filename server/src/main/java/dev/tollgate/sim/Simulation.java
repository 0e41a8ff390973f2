package dev.tollgate.sim;

import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Decides what each request gets. Pure but for its {@link Memory}. */
final class Simulation {

    private static final long SLOW_FIRST_BYTE_MILLIS = 5_000;
    private static final long PING_MILLIS = 10_000;

    private final Memory memory = new Memory();
    private final Batches batches = new Batches(InstantSource.system());
    private final StoredFiles files = new StoredFiles(InstantSource.system());

    Reply reply(Arrival arrival) {
        Vendor vendor = arrival.route().vendor();
        if (!arrival.controls().problems().isEmpty()) {
            return refused(vendor, 400, String.join("; ", arrival.controls().problems()));
        }
        if (arrival.credentials().stream().anyMatch(Credential::revoked)) {
            return new Reply.Refused(VendorError.of(vendor, 401), false);
        }
        return switch (arrival.route()) {
            case Route.ListModels list -> whole(list.vendor(), ModelList.all(list.vendor()));
            case Route.GetModel get ->
                ModelList.one(get.vendor(), get.id())
                        .map(model -> whole(get.vendor(), model))
                        .orElseGet(() -> refused(vendor, 404, "The simulated provider has no such model."));
            case Route.OfBatches of -> batches(of, arrival);
            case Route.OfFiles of -> files(of, arrival);
            case Route.WrongMethod _ -> refused(vendor, 405, "This path does not take this method.");
            case Route.Unknown _ -> refused(vendor, 404, "The simulated provider has no such path.");
            case Route.Call call ->
                Json.parseObject(arrival.body().getBytes())
                        .map(body -> called(call, body, arrival))
                        .orElseGet(() -> refused(vendor, 400, "The request body is not a JSON object."));
        };
    }

    private Reply batches(Route.OfBatches of, Arrival arrival) {
        Route.Call message = new Route.Call(Endpoint.MESSAGES, "");
        return switch (of.method() + " " + (of.id().isEmpty() ? "all" : "one") + of.verb()) {
            case "POST all" ->
                Json.parseObject(arrival.body().getBytes())
                        .map(body -> batches.create(
                                body,
                                arrival.caller(),
                                arrival.controls().durationMillis(),
                                params -> generated(new AnthropicMessages(), message, params, arrival)))
                        .orElseGet(() -> refused(of.vendor(), 400, "The request body is not a JSON object."));
            case "GET one" -> batches.retrieve(of.id(), arrival.caller());
            case "GET oneresults" -> batches.results(of.id(), arrival.caller());
            case "POST onecancel" -> batches.cancel(of.id(), arrival.caller());
            case "DELETE one" -> batches.delete(of.id(), arrival.caller());
            default -> refused(of.vendor(), 405, "This path does not take this method.");
        };
    }

    private Reply files(Route.OfFiles of, Arrival arrival) {
        return switch (of.method() + " " + (of.id().isEmpty() ? "all" : "one") + of.verb()) {
            case "POST all" -> files.upload(of.vendor(), arrival.body().getBytes(), arrival.caller());
            case "GET one" -> files.retrieve(of.vendor(), of.id(), arrival.caller());
            case "GET onecontent" -> files.content(of.vendor(), of.id(), arrival.caller());
            case "DELETE one" -> files.delete(of.vendor(), of.id(), arrival.caller());
            default -> refused(of.vendor(), 405, "This path does not take this method.");
        };
    }

    private Reply called(Route.Call call, ObjectNode body, Arrival arrival) {
        return switch (call.endpoint()) {
            case MESSAGES -> generated(new AnthropicMessages(), call, body, arrival);
            case CHAT_COMPLETIONS -> generated(new OpenAiChat(), call, body, arrival);
            case RESPONSES -> generated(new OpenAiResponses(), call, body, arrival);
            case GENERATE_CONTENT -> generated(new GeminiContent(Framing.CRLF_EVENTS), call, body, arrival);
            case STREAM_GENERATE_CONTENT ->
                generated(
                        new GeminiContent(arrival.sse() ? Framing.CRLF_EVENTS : Framing.JSON_ARRAY),
                        call,
                        body,
                        arrival);
            case COUNT_TOKENS, GEMINI_COUNT_TOKENS, EMBEDDINGS, EMBED_CONTENT, BATCH_EMBED_CONTENTS ->
                computed(call, body, arrival);
        };
    }

    private Reply generated(GenerationApi api, Route.Call call, ObjectNode body, Arrival arrival) {
        return switch (api.read(body, call.pathModel())) {
            case Reading.Unreadable unreadable -> refused(call.vendor(), 400, unreadable.message());
            case Reading.Understood understood -> {
                Prompt prompt = understood.prompt();
                long seed = seed(arrival, prompt.measure().hash());
                yield switch (verdict(call, prompt.model(), seed, arrival)) {
                    case Verdict.Fails fails -> fails.reply();
                    case Verdict.Goes goes -> answered(api, call, prompt, goes.behaviour(), seed, arrival);
                };
            }
        };
    }

    private Reply answered(
            GenerationApi api, Route.Call call, Prompt prompt, Behaviour.Known behaviour, long seed, Arrival arrival) {
        CacheUse cache = memory.cache(arrival.caller(), arrival.controls().seed(), prompt.cache());
        Answer answer = Author.write(prompt, behaviour, arrival.controls(), seed, cache);
        Reply.Pace pace = pace(behaviour, arrival.controls());
        boolean streams = prompt.stream() || call.endpoint() == Endpoint.STREAM_GENERATE_CONTENT;
        if (!streams && behaviour.fault().kind() == Fault.Kind.ERROR_EVENT) {
            return new Reply.Refused(VendorError.of(call.vendor(), 500), false); // an answer in one piece has no middle
        }
        return streams
                ? new Reply.Streamed(call.vendor(), api.script(prompt, answer), pace, behaviour.fault())
                : new Reply.Whole(call.vendor(), api.whole(prompt, answer), pace, behaviour.fault());
    }

    /** Token counts and embeddings: nothing is generated. */
    private Reply computed(Route.Call call, ObjectNode body, Arrival arrival) {
        String model = call.pathModel().isEmpty() ? body.path("model").stringValue("") : call.pathModel();
        long seed = seed(arrival, Measure.of(body).hash());
        return switch (verdict(call, model, seed, arrival)) {
            case Verdict.Fails fails -> fails.reply();
            case Verdict.Goes goes -> {
                Behaviour.Known behaviour = goes.behaviour();
                Reply.Pace pace = pace(behaviour, arrival.controls());
                yield result(call.endpoint(), body, arrival.controls(), behaviour.fault())
                        .<Reply>map(json -> new Reply.Whole(call.vendor(), json, pace, behaviour.fault()))
                        .orElseGet(() -> refused(call.vendor(), 400, "The request has no input."));
            }
        };
    }

    private static Optional<ObjectNode> result(Endpoint endpoint, ObjectNode body, Controls controls, Fault fault) {
        Embeddings embeddings = new Embeddings(controls, fault.kind());
        return switch (endpoint) {
            case EMBEDDINGS -> embeddings.openAi(body);
            case EMBED_CONTENT -> embeddings.gemini(body);
            case BATCH_EMBED_CONTENTS -> embeddings.geminiBatch(body);
            case COUNT_TOKENS -> count(body.path("messages"), AnthropicRequest.measure(body), "input_tokens");
            case GEMINI_COUNT_TOKENS -> {
                ObjectNode counted = body.path("generateContentRequest") instanceof ObjectNode request ? request : body;
                yield count(counted.path("contents"), GeminiRequest.measure(counted), "totalTokens");
            }
            case MESSAGES, CHAT_COMPLETIONS, RESPONSES, GENERATE_CONTENT, STREAM_GENERATE_CONTENT ->
                throw new IllegalArgumentException(endpoint + " generates");
        };
    }

    private static Optional<ObjectNode> count(JsonNode content, Measure measure, String field) {
        return content.isArray() && !content.isEmpty()
                ? Optional.of(Json.object().put(field, measure.tokens()))
                : Optional.empty();
    }

    private sealed interface Verdict {
        /**
         * The call is answered.
         *
         * @param behaviour with the fault that strikes this very call
         */
        record Goes(Behaviour.Known behaviour) implements Verdict {}

        record Fails(Reply reply) implements Verdict {}
    }

    private Verdict verdict(Route.Call call, String model, long seed, Arrival arrival) {
        if (model.isEmpty()) {
            return new Verdict.Fails(refused(call.vendor(), 400, "model: Field required"));
        }
        return switch (Behaviour.of(model, arrival.controls())) {
            case Behaviour.Unknown unknown -> new Verdict.Fails(refused(call.vendor(), 404, unknown.message()));
            case Behaviour.Known known -> {
                Fault fault = memory.strikes(known.fault(), arrival.caller(), seed) ? known.fault() : Fault.NONE;
                boolean inArray = call.endpoint() == Endpoint.STREAM_GENERATE_CONTENT && !arrival.sse();
                yield switch (fault.kind()) {
                    case STATUS ->
                        new Verdict.Fails(new Reply.Refused(VendorError.of(call.vendor(), fault.status()), inArray));
                    case INVALID_KEY ->
                        new Verdict.Fails(new Reply.Refused(VendorError.unknownKey(call.vendor()), inArray));
                    case CONNECT_RESET -> new Verdict.Fails(new Reply.Dropped());
                    case NONE, SLOW_FIRST_BYTE, RESET, MALFORMED, SILENCE, CUT, ERROR_EVENT, NEGATIVE_USAGE, NO_USAGE ->
                        new Verdict.Goes(new Behaviour.Known(known.kind(), known.durationMillis(), fault));
                };
            }
        };
    }

    private static long seed(Arrival arrival, long contentHash) {
        String seed = arrival.controls().seed();
        return seed == null ? contentHash : Measure.hash(seed);
    }

    /** A slow first byte takes the whole duration for itself. */
    private static Reply.Pace pace(Behaviour.Known behaviour, Controls controls) {
        long pingMillis = controls.pingMillis() > 0 ? controls.pingMillis() : PING_MILLIS;
        long duration = behaviour.durationMillis();
        return behaviour.fault().kind() == Fault.Kind.SLOW_FIRST_BYTE
                ? new Reply.Pace(duration > 0 ? duration : SLOW_FIRST_BYTE_MILLIS, 0, pingMillis)
                : new Reply.Pace(0, duration, pingMillis);
    }

    private static Reply whole(Vendor vendor, ObjectNode json) {
        return new Reply.Whole(vendor, json, new Reply.Pace(0, 0, PING_MILLIS), Fault.NONE);
    }

    private static Reply refused(Vendor vendor, int status, String message) {
        return new Reply.Refused(VendorError.of(vendor, status).withMessage(message), false);
    }
}
