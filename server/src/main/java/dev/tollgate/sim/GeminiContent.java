package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Stop;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gemini's {@code generateContent} and {@code streamGenerateContent} (ai.google.dev: "Generating content", "Thought
 * signatures"). A signature stands beside the function call, or beside the last text where there is no call.
 *
 * @param framing of a stream: events with {@code alt=sse}, else one JSON array
 */
record GeminiContent(Framing framing) implements GenerationApi {

    @Override
    public Reading read(ObjectNode body, String pathModel) {
        return GeminiRequest.read(body, pathModel);
    }

    @Override
    public ObjectNode whole(Prompt prompt, Answer answer) {
        ObjectNode response = Json.object();
        ArrayNode candidates = response.putArray("candidates");
        for (int i = 0; i < answer.choices(); i++) {
            ArrayNode parts = candidate(candidates, i, finishReason(answer));
            answer.pieces().forEach(piece -> addWhole(parts, answer, piece));
        }
        return close(response, answer, usage(answer.usage()));
    }

    @Override
    public Script script(Prompt prompt, Answer answer) {
        Stream<Event> events = Stream.empty();
        for (int i = 0; i < answer.choices(); i++) {
            for (Piece piece : answer.pieces()) {
                events = Stream.concat(events, pieceEvents(answer, piece, i));
            }
        }
        events = Stream.concat(events, Stream.of(last(answer)));
        int deltas = answer.choices()
                * answer.pieces().stream().mapToInt(GeminiContent::deltas).sum();
        return new Script(framing, deltas, events.iterator(), null, failure());
    }

    /** A function call comes whole. */
    private static int deltas(Piece piece) {
        return piece instanceof ToolCall ? 1 : piece.deltas();
    }

    private static ArrayNode candidate(ArrayNode candidates, int index, @Nullable String finishReason) {
        ObjectNode candidate = candidates.addObject();
        ObjectNode content = candidate.putObject("content");
        ArrayNode parts = content.putArray("parts");
        content.put("role", "model");
        if (finishReason != null) {
            candidate.put("finishReason", finishReason);
        }
        candidate.put("index", index);
        return parts;
    }

    private static String finishReason(Answer answer) {
        return answer.stop() == Stop.LENGTH ? "MAX_TOKENS" : "STOP";
    }

    private static ObjectNode close(ObjectNode response, Answer answer, @Nullable ObjectNode usage) {
        if (usage != null) {
            response.set("usageMetadata", usage);
        }
        return response.put("modelVersion", answer.model()).put("responseId", answer.id("", 22));
    }

    private static @Nullable ObjectNode usage(@Nullable Tokens tokens) {
        if (tokens == null) {
            return null;
        }
        ObjectNode usage = Json.object()
                .put("promptTokenCount", tokens.totalInput())
                .put("candidatesTokenCount", tokens.output() - tokens.reasoning())
                .put("totalTokenCount", tokens.totalInput() + tokens.output());
        if (tokens.cache().read() > 0) {
            usage.put("cachedContentTokenCount", tokens.cache().read());
        }
        details(usage, tokens);
        if (tokens.reasoning() > 0) {
            usage.put("thoughtsTokenCount", tokens.reasoning());
        }
        return usage;
    }

    /** What a stream tells before its end, when only the prompt is counted. */
    private static @Nullable ObjectNode usageSoFar(@Nullable Tokens tokens) {
        if (tokens == null) {
            return null;
        }
        ObjectNode usage =
                Json.object().put("promptTokenCount", tokens.totalInput()).put("totalTokenCount", tokens.totalInput());
        details(usage, tokens);
        return usage;
    }

    private static void details(ObjectNode usage, Tokens tokens) {
        usage.putArray("promptTokensDetails")
                .addObject()
                .put("modality", "TEXT")
                .put("tokenCount", tokens.totalInput());
    }

    private static void addWhole(ArrayNode parts, Answer answer, Piece piece) {
        switch (piece) {
            case Thinking thinking -> {
                if (thinking.shown()) {
                    parts.addObject()
                            .put("text", String.join("", thinking.chunks()))
                            .put("thought", true);
                }
            }
            case Text text -> {
                ObjectNode part = parts.addObject().put("text", String.join("", text.chunks()));
                sign(part, answer);
            }
            case ToolCall call -> parts.add(functionCall(answer, call));
        }
    }

    private static ObjectNode functionCall(Answer answer, ToolCall call) {
        ObjectNode part = Json.object();
        part.putObject("functionCall")
                .put("name", call.name())
                .put("id", answer.id("", 8))
                .set("args", call.arguments());
        sign(part, answer);
        return part;
    }

    private static void sign(ObjectNode part, Answer answer) {
        for (Piece piece : answer.pieces()) {
            if (piece instanceof Thinking thinking) {
                part.put("thoughtSignature", thinking.signature());
            }
        }
    }

    private static Stream<Event> pieceEvents(Answer answer, Piece piece, int index) {
        return switch (piece) {
            case Thinking thinking ->
                thinking.shown()
                        ? deltas(answer, index, ",\"thought\":true", thinking.chunks().stream())
                        : Stream.empty();
            case Text text -> deltas(answer, index, "", text.chunks().stream());
            case ToolCall call -> {
                ObjectNode response = Json.object();
                candidate(response.putArray("candidates"), index, null).add(functionCall(answer, call));
                close(response, answer, usageSoFar(answer.usage()));
                yield Stream.of(new Event.Whole("", true, response));
            }
        };
    }

    private static Stream<Event> deltas(Answer answer, int index, String mark, Stream<String> texts) {
        String closing = Json.text(close(Json.object(), answer, usageSoFar(answer.usage())));
        String head = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":";
        String tail =
                mark + "}],\"role\":\"model\"},\"index\":" + index + "}]," + closing.substring(1, closing.length() - 1);
        return texts.map(text -> new Event.Delta("", head, text, tail, false));
    }

    /** The last event: why it ends, what it cost, and the signature if no function call has carried it. */
    private static Event last(Answer answer) {
        ObjectNode response = Json.object();
        ArrayNode candidates = response.putArray("candidates");
        for (int i = 0; i < answer.choices(); i++) {
            ObjectNode part =
                    candidate(candidates, i, finishReason(answer)).addObject().put("text", "");
            if (answer.stop() != Stop.TOOL_CALL) {
                sign(part, answer);
            }
        }
        return new Event.Whole("", false, close(response, answer, usage(answer.usage())));
    }

    private static Event failure() {
        return new Event.Whole("", false, VendorError.of(Vendor.GEMINI, 503).body("", Optional.empty()));
    }
}
