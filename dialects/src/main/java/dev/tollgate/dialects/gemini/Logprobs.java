package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer.TokenLogprob;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code logprobsResult}: the chosen tokens, and in a list of the same order what else might have stood there. */
final class Logprobs {
    private Logprobs() {}

    static List<TokenLogprob> read(Fields candidate, Reading reading) {
        Json.Obj object = candidate.object("logprobsResult");
        if (object == null) {
            return List.of();
        }
        Fields result = Fields.eitherSpelling(candidate.at("logprobsResult"), object, reading);
        List<Item> chosen = Item.of(result, "chosenCandidates");
        List<Item> top = Item.of(result, "topCandidates");
        // The sum of the others.
        result.skip("logProbabilitySum");
        result.end();
        List<TokenLogprob> logprobs = new ArrayList<>(chosen.size());
        for (int i = 0; i < chosen.size(); i++) {
            List<TokenLogprob> others = i < top.size() ? alternatives(top.get(i), reading) : List.of();
            TokenLogprob token = token(chosen.get(i), others, reading);
            if (token != null) {
                logprobs.add(token);
            }
        }
        return logprobs;
    }

    private static List<TokenLogprob> alternatives(Item top, Reading reading) {
        if (!(top.value() instanceof Json.Obj object)) {
            reading.malformed(top.at(), "an object is expected.");
            return List.of();
        }
        List<TokenLogprob> alternatives = new ArrayList<>();
        for (Item candidate : Item.of(Fields.eitherSpelling(top.at(), object, reading), "candidates")) {
            TokenLogprob token = token(candidate, List.of(), reading);
            if (token != null) {
                alternatives.add(token);
            }
        }
        return alternatives;
    }

    private static @Nullable TokenLogprob token(Item item, List<TokenLogprob> top, Reading reading) {
        if (!(item.value() instanceof Json.Obj object)) {
            reading.malformed(item.at(), "an object is expected.");
            return null;
        }
        Fields fields = Fields.eitherSpelling(item.at(), object, reading);
        Json.Text token = fields.text("token");
        Json.Num logprob = fields.number("logProbability");
        // The number of the token in Gemini's vocabulary says nothing to anyone else.
        fields.skip("tokenId");
        fields.end();
        // What is zero, certain, is left out on Google's wire.
        return new TokenLogprob(
                token == null ? Json.Text.EMPTY : token, logprob == null ? Json.Num.of(0) : logprob, null, top);
    }

    /** Writes nothing where there are none. */
    static void write(List<TokenLogprob> logprobs, JsonBytes out, Losses losses) {
        if (logprobs.isEmpty()) {
            return;
        }
        out.name("logprobsResult").beginObject();
        out.name("chosenCandidates").beginArray();
        logprobs.forEach(logprob -> token(logprob, out));
        out.endArray();
        if (logprobs.stream().anyMatch(logprob -> !logprob.top().isEmpty())) {
            out.name("topCandidates").beginArray();
            for (TokenLogprob logprob : logprobs) {
                out.beginObject().name("candidates").beginArray();
                logprob.top().forEach(one -> token(one, out));
                out.endArray().endObject();
            }
            out.endArray();
        }
        out.endObject();
        if (logprobs.stream().anyMatch(logprob -> logprob.bytes() != null)) {
            losses.answer(Path.ROOT.member("logprobs").member("bytes"), "Gemini does not tell a token's bytes");
        }
    }

    private static void token(TokenLogprob logprob, JsonBytes out) {
        out.beginObject().field("token", logprob.token());
        out.field("logProbability", logprob.logprob()).endObject();
    }
}
