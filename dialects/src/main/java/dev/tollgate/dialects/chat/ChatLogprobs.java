package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Answer.TokenLogprob;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code logprobs} of a choice. */
final class ChatLogprobs {
    private ChatLogprobs() {}

    static List<TokenLogprob> read(Fields choice, Reading reading) {
        Json.Obj object = choice.object("logprobs");
        if (object == null) {
            return List.of();
        }
        Fields logprobs = new Fields(choice.at("logprobs"), object, reading);
        List<TokenLogprob> tokens = tokens(logprobs.at("content"), logprobs.array("content"), reading);
        logprobs.extra("refusal", Weight.HINT, ChatRequestReader.OPENAI_ONLY);
        logprobs.end();
        return tokens;
    }

    private static List<TokenLogprob> tokens(Path at, Json.@Nullable Arr array, Reading reading) {
        if (array == null) {
            return List.of();
        }
        List<TokenLogprob> tokens = new ArrayList<>(array.items().size());
        int i = 0;
        for (Json item : array) {
            Path tokenAt = at.element(i++);
            if (!(item instanceof Json.Obj object)) {
                reading.malformed(tokenAt, "an object is expected.");
                continue;
            }
            Fields fields = new Fields(tokenAt, object, reading);
            Json.Text token = fields.text("token");
            Json.Num logprob = fields.number("logprob");
            Json.Arr bytes = fields.array("bytes");
            List<TokenLogprob> top = tokens(fields.at("top_logprobs"), fields.array("top_logprobs"), reading);
            fields.end();
            if (token == null || logprob == null) {
                reading.malformed(tokenAt, "a token and its logprob are expected.");
            } else {
                tokens.add(new TokenLogprob(token, logprob, bytes, top));
            }
        }
        return tokens;
    }

    static void write(JsonBytes out, List<TokenLogprob> tokens) {
        out.name("logprobs");
        if (tokens.isEmpty()) {
            out.nothing();
            return;
        }
        out.beginObject().name("content").beginArray();
        for (TokenLogprob token : tokens) {
            begin(out, token).name("top_logprobs").beginArray();
            token.top().forEach(top -> begin(out, top).endObject());
            out.endArray().endObject();
        }
        out.endArray().name("refusal").nothing().endObject();
    }

    private static JsonBytes begin(JsonBytes out, TokenLogprob token) {
        out.beginObject().field("token", token.token()).field("logprob", token.logprob());
        return out.field("bytes", token.bytes() == null ? Json.Null.NULL : token.bytes());
    }
}
