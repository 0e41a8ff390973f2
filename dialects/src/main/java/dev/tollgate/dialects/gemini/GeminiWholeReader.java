package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a {@code GenerateContentResponse}. */
final class GeminiWholeReader {
    private GeminiWholeReader() {}

    static Outcome<Answer> read(byte[] body, int offset, int length, Exchange exchange) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: no JSON: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> read(object, exchange);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private static Outcome<Answer> read(Json.Obj object, Exchange exchange) {
        Reading reading = new Reading();
        Fields answer = Fields.eitherSpelling(Path.ROOT, object, reading);
        CandidateReader candidates = new CandidateReader(exchange, reading);
        List<Answer.Choice> choices = new ArrayList<>();
        long searches = 0;
        for (Item item : Item.of(answer, "candidates")) {
            CandidateReader.Candidate candidate = candidates.read(item);
            if (candidate != null) {
                choices.add(choice(candidate));
                searches = Math.max(searches, candidate.grounding().searches());
            }
        }
        Stop blocked = blocked(answer, reading);
        if (choices.isEmpty() && blocked != null) {
            choices.add(new Answer.Choice(0, List.of(), blocked, List.of()));
        } else if (choices.isEmpty()) {
            reading.malformed(answer.at("candidates"), "required, at least one.");
        }
        String id = answer.string("responseId");
        String model = answer.string("modelVersion");
        long created = created(answer.string("createTime"));
        var usage = UsageFields.read(answer, reading, searches);
        answer.extra("modelStatus", Extra.Weight.HINT, "only Gemini knows it");
        answer.end();
        return reading.outcome(new Answer(
                id == null || id.isEmpty() ? exchange.mint().id("resp_") : id,
                model,
                created,
                choices,
                usage,
                null,
                reading.extras()));
    }

    /** Seconds since 1970; -1 where it does not say, or not in RFC 3339. */
    static long created(@Nullable String time) {
        try {
            return time == null ? -1 : OffsetDateTime.parse(time).toEpochSecond();
        } catch (DateTimeException e) {
            return -1;
        }
    }

    /** Why there is no candidate: the prompt itself was refused. */
    static @Nullable Stop blocked(Fields answer, Reading reading) {
        Json.Obj object = answer.object("promptFeedback");
        if (object == null) {
            return null;
        }
        Fields feedback = Fields.eitherSpelling(answer.at("promptFeedback"), object, reading);
        String reason = feedback.string("blockReason");
        Json.Text message = feedback.text("blockReasonMessage");
        feedback.extra("safetyRatings", Extra.Weight.HINT, "only Gemini knows it");
        feedback.end();
        boolean said = reason != null && !reason.equals("BLOCKED_REASON_UNSPECIFIED");
        return said ? new Stop(Stop.Reason.REFUSED, reason, null, message) : null;
    }

    private static Answer.Choice choice(CandidateReader.Candidate candidate) {
        List<Part> parts = cited(candidate.parts(), candidate.grounding().found());
        boolean called = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
        Stop stop = Stops.read(candidate.finish(), candidate.message(), called);
        return new Answer.Choice(candidate.index(), parts, stop, candidate.logprobs());
    }

    /** Puts each citation to the text that it is of: the part that it names, or else the last text. */
    private static List<Part> cited(List<Part> parts, List<CitationReader.Found> found) {
        List<Part> cited = new ArrayList<>(parts);
        for (CitationReader.Found one : found) {
            int at = one.part() >= 0 ? one.part() : 0;
            boolean named = at < cited.size() && cited.get(at) instanceof Part.Text;
            if (!named) {
                at = lastText(cited);
            }
            if (at < 0) {
                at = cited.size();
                cited.add(Part.Text.of(one.citation().at(), Json.Text.EMPTY));
            }
            Part.Text text = (Part.Text) cited.get(at);
            Citation citation = named ? new CitedText(text.text().string()).placed(one) : one.citation();
            List<Citation> citations = new ArrayList<>(text.citations());
            citations.add(citation);
            cited.set(at, new Part.Text(text.at(), text.text(), citations, null, text.signature()));
        }
        return cited;
    }

    private static int lastText(List<Part> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (parts.get(i) instanceof Part.Text) {
                return i;
            }
        }
        return -1;
    }
}
