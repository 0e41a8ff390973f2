package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.JsonBytes;
import java.time.Instant;

/** Writes a {@code GenerateContentResponse}. */
final class GeminiWholeWriter {
    private GeminiWholeWriter() {}

    static byte[] write(Answer answer, Exchange exchange) {
        JsonBytes out = new JsonBytes(4096).beginObject();
        out.name("candidates").beginArray();
        answer.choices().forEach(choice -> candidate(choice, out, exchange.losses()));
        out.endArray();
        if (answer.usage() != null) {
            UsageFields.write(answer.usage(), out, exchange.losses());
        }
        out.field("modelVersion", exchange.model()).field("responseId", answer.id());
        if (answer.createdEpochSecond() >= 0) {
            out.field(
                    "createTime",
                    Instant.ofEpochSecond(answer.createdEpochSecond()).toString());
        }
        return out.endObject().toBytes();
    }

    private static void candidate(Answer.Choice choice, JsonBytes out, Losses losses) {
        Grounding grounding = new Grounding(losses);
        out.beginObject().name("content").beginObject().name("parts").beginArray();
        int written = 0;
        for (Part part : choice.parts()) {
            if (part instanceof Part.Text text) {
                cite(text, written, grounding);
            }
            written += AnswerParts.write(part, out, losses) ? 1 : 0;
        }
        out.endArray().field("role", "model").endObject();
        out.field("finishReason", Stops.write(choice.stop(), losses));
        if (choice.stop().explanation() != null) {
            out.field("finishMessage", choice.stop().explanation());
        }
        out.field("index", choice.index());
        grounding.write(out);
        Logprobs.write(choice.logprobs(), out, losses);
        out.endObject();
    }

    private static void cite(Part.Text text, int part, Grounding grounding) {
        if (text.citations().isEmpty()) {
            return;
        }
        CitedText cited = new CitedText(text.text().string());
        for (Citation citation : text.citations()) {
            boolean placed = cited.reaches(citation.start()) && cited.reaches(citation.end());
            grounding.add(
                    citation,
                    part,
                    placed ? cited.bytes(citation.start()) : -1,
                    placed ? cited.bytes(citation.end()) : -1);
        }
    }
}
