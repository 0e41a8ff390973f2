package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@code Candidate}, of a whole answer or of a chunk of one. */
final class CandidateReader {
    /**
     * A candidate as it stands there.
     *
     * @param finish null where it goes on
     */
    record Candidate(
            int index,
            List<Part> parts,
            @Nullable String finish,
            Json.@Nullable Text message,
            List<Answer.TokenLogprob> logprobs,
            CitationReader.Grounding grounding) {}

    private final Exchange exchange;
    private final Reading reading;
    private final PartReader parts;

    CandidateReader(Exchange exchange, Reading reading) {
        this.exchange = exchange;
        this.reading = reading;
        this.parts = new PartReader(reading, this::call, null);
    }

    /** Null where it is none, which is a problem of the reading. */
    @Nullable
    Candidate read(Item item) {
        if (!(item.value() instanceof Json.Obj object)) {
            reading.malformed(item.at(), "an object is expected.");
            return null;
        }
        Fields candidate = Fields.eitherSpelling(item.at(), object, reading);
        long index = Math.max(0, candidate.count("index"));
        if (index > Byte.MAX_VALUE) {
            reading.malformed(candidate.at("index"), "too large.");
        }
        List<Part> parts = parts(candidate);
        String finish = candidate.string("finishReason");
        Candidate read = new Candidate(
                (int) index,
                parts,
                finish == null || finish.equals("FINISH_REASON_UNSPECIFIED") ? null : finish,
                candidate.text("finishMessage"),
                Logprobs.read(candidate, reading),
                CitationReader.read(candidate, reading));
        for (String own : List.of("safetyRatings", "urlContextMetadata", "avgLogprobs", "tokenCount")) {
            candidate.extra(own, Extra.Weight.HINT, "only Gemini tells it");
        }
        candidate.end();
        return read;
    }

    private List<Part> parts(Fields candidate) {
        List<Part> read = new ArrayList<>();
        Json.Obj object = candidate.object("content");
        if (object != null) {
            Fields content = Fields.eitherSpelling(candidate.at("content"), object, reading);
            content.skip("role");
            for (Item item : Item.of(content, "parts")) {
                Part part = parts.read(item.at(), item.value());
                if (part != null) {
                    read.add(part);
                }
            }
            content.end();
        }
        return read;
    }

    private Part.ToolCall call(
            Path at, @Nullable String id, String name, Json.Obj args, @Nullable Signature signature) {
        ToolNames.Named named = exchange.names().atClient(name);
        String known = id == null || id.isEmpty() ? exchange.mint().id("call_") : id;
        ToolInput input = named.free() ? free(args) : new ToolInput.Plain(args);
        return new Part.ToolCall(at, known, named.namespace(), named.name(), input, null, signature);
    }

    private static ToolInput free(Json.Obj args) {
        Json text = args.members().size() == 1 ? args.get(ToolInput.FREE_TEXT) : null;
        return new ToolInput.Free(text instanceof Json.Text of ? of : Json.Text.encoding(args));
    }
}
