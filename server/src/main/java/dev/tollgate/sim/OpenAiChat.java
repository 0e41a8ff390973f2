package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's {@code POST /v1/chat/completions} (developers.openai.com: API reference, "Chat", "Chat streaming"). */
record OpenAiChat() implements GenerationApi {

    @Override
    public Reading read(ObjectNode body, String pathModel) {
        return OpenAiRequests.chat(body);
    }

    @Override
    public ObjectNode whole(Prompt prompt, Answer answer) {
        ObjectNode completion = head(answer, "chat.completion");
        ArrayNode choices = completion.putArray("choices");
        for (int i = 0; i < answer.choices(); i++) {
            ObjectNode choice = choices.addObject().put("index", i);
            choice.set("message", message(answer, i));
            choice.putNull("logprobs").put("finish_reason", finishReason(answer));
        }
        if (answer.usage() != null) {
            completion.set("usage", usage(answer.usage()));
        }
        return completion;
    }

    @Override
    public Script script(Prompt prompt, Answer answer) {
        Stream<Event> events = Stream.empty();
        for (Piece piece : answer.pieces()) {
            events = Stream.concat(events, pieceEvents(prompt, answer, piece));
        }
        events = Stream.concat(
                events, ofEach(answer, i -> Stream.of(chunk(prompt, answer, i, Json.object(), finishReason(answer)))));
        if (wantsUsage(prompt) && answer.usage() != null) {
            ObjectNode last = head(answer, "chat.completion.chunk");
            last.putArray("choices");
            last.set("usage", usage(answer.usage()));
            events = Stream.concat(events, Stream.of(new Event.Whole("", false, last)));
        }
        events = Stream.concat(events, Stream.of(new Event.Done()));
        int deltas = answer.choices()
                * answer.pieces().stream().mapToInt(OpenAiChat::deltas).sum();
        return new Script(Framing.EVENTS, deltas, events.iterator(), null, failure());
    }

    /** Chat counts reasoning and shows nothing of it. */
    private static int deltas(Piece piece) {
        return piece instanceof Thinking ? 0 : piece.deltas();
    }

    private static boolean wantsUsage(Prompt prompt) {
        return prompt.body().path("stream_options").path("include_usage").booleanValue(false);
    }

    private static ObjectNode head(Answer answer, String object) {
        return Json.object()
                .put("id", answer.id("chatcmpl-", 29))
                .put("object", object)
                .put("created", answer.createdAt())
                .put("model", answer.model())
                .put("service_tier", "default")
                .put("system_fingerprint", Ids.hex("fp_", 10, Measure.hash(answer.model())));
    }

    private static ObjectNode message(Answer answer, int choice) {
        ObjectNode message =
                Json.object().put("role", "assistant").putNull("content").putNull("refusal");
        message.putArray("annotations");
        for (Piece piece : answer.pieces()) {
            switch (piece) {
                case Thinking _ -> {}
                case Text text -> message.put("content", String.join("", text.chunks()));
                case ToolCall call ->
                    message.putArray("tool_calls")
                            .addObject()
                            .put("id", callId(answer, choice))
                            .put("type", "function")
                            .putObject("function")
                            .put("name", call.name())
                            .put("arguments", Json.text(call.arguments()));
            }
        }
        return message;
    }

    private static String callId(Answer answer, int choice) {
        return Ids.of("call_", 24, answer.seed() + choice);
    }

    private static String finishReason(Answer answer) {
        return switch (answer.stop()) {
            case END -> "stop";
            case LENGTH -> "length";
            case TOOL_CALL -> "tool_calls";
        };
    }

    private static ObjectNode usage(Tokens tokens) {
        CacheUse cache = tokens.cache();
        ObjectNode usage = Json.object()
                .put("prompt_tokens", tokens.totalInput())
                .put("completion_tokens", tokens.output())
                .put("total_tokens", tokens.totalInput() + tokens.output());
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", cache.read())
                .put("cache_write_tokens", cache.write5m() + cache.write1h())
                .put("audio_tokens", 0);
        usage.putObject("completion_tokens_details")
                .put("reasoning_tokens", tokens.reasoning())
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return usage;
    }

    /** All choices open before any goes on, and none ends before all have: clients take the stream for over otherwise. */
    private static Stream<Event> pieceEvents(Prompt prompt, Answer answer, Piece piece) {
        return switch (piece) {
            case Thinking _ -> Stream.empty();
            case Text text -> {
                ObjectNode opening = Json.object()
                        .put("role", "assistant")
                        .put("content", "")
                        .putNull("refusal");
                yield Stream.concat(
                        ofEach(answer, i -> Stream.of(chunk(prompt, answer, i, opening, null))),
                        ofEach(answer, i -> deltas(prompt, answer, i, "{\"content\":", "}", text.chunks())));
            }
            case ToolCall call -> {
                String head = "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":";
                yield Stream.concat(
                        ofEach(answer, i -> Stream.of(chunk(prompt, answer, i, callOpening(answer, call, i), null))),
                        ofEach(answer, i -> deltas(prompt, answer, i, head, "}}]}", call.chunks())));
            }
        };
    }

    private static ObjectNode callOpening(Answer answer, ToolCall call, int choice) {
        ObjectNode opening = Json.object().put("role", "assistant").putNull("content");
        opening.putArray("tool_calls")
                .addObject()
                .put("index", 0)
                .put("id", callId(answer, choice))
                .put("type", "function")
                .putObject("function")
                .put("name", call.name())
                .put("arguments", "");
        return opening.putNull("refusal");
    }

    private static Stream<Event> ofEach(Answer answer, IntFunction<Stream<Event>> choice) {
        Stream<Event> events = Stream.empty();
        for (int i = 0; i < answer.choices(); i++) {
            events = Stream.concat(events, choice.apply(i));
        }
        return events;
    }

    private static Event chunk(Prompt prompt, Answer answer, int index, ObjectNode delta, @Nullable String finish) {
        ObjectNode chunk = head(answer, "chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.putNull("logprobs").put("finish_reason", finish);
        if (wantsUsage(prompt)) {
            chunk.putNull("usage");
        }
        return new Event.Whole("", false, chunk);
    }

    /**
     * Chunks that differ in their text alone.
     *
     * @param before the delta's JSON up to its text
     * @param after what closes the delta
     */
    private static Stream<Event> deltas(
            Prompt prompt, Answer answer, int index, String before, String after, List<String> texts) {
        String head = Json.text(head(answer, "chat.completion.chunk"));
        String until =
                head.substring(0, head.length() - 1) + ",\"choices\":[{\"index\":" + index + ",\"delta\":" + before;
        String from =
                after + ",\"logprobs\":null,\"finish_reason\":null}]" + (wantsUsage(prompt) ? ",\"usage\":null" : "");
        return texts.stream().map(text -> new Event.Delta("", until, text, from, false));
    }

    private static Event failure() {
        return new Event.Whole("", false, VendorError.of(Vendor.OPENAI, 500).body("", Optional.empty()));
    }
}
