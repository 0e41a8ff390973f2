package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the items of an answer's output, each a document of its own, because a stream tells it three times. */
final class ItemWriter {
    static final String COMPLETED = "completed";

    private ItemWriter() {}

    /** What a call to one of the client's tools says. */
    record Call(String callId, @Nullable String namespace, String name, boolean custom, Json.Text input) {}

    /**
     * The call in the form that the client expects: a custom tool's input is text, even if the provider knew it as a function.
     */
    static Call call(Exchange exchange, String callId, @Nullable String namespace, String name, ToolInput input) {
        boolean free = input instanceof ToolInput.Free;
        boolean custom = free || isCustom(exchange, namespace, name);
        if (custom && !free) {
            Json text = input.asObject()
                    .map(object -> object.get(ToolInput.FREE_TEXT))
                    .orElse(null);
            return new Call(callId, namespace, name, true, text instanceof Json.Text of ? of : input.asText());
        }
        Json.Text whole = input.asText();
        return new Call(callId, namespace, name, custom, whole.isEmpty() && !custom ? Json.Text.of("{}") : whole);
    }

    static boolean isCustom(Exchange exchange, @Nullable String namespace, String name) {
        for (Tool tool : exchange.request().tools().list()) {
            if (tool instanceof Tool.Custom of && of.name().equals(name) && Objects.equals(of.namespace(), namespace)) {
                return true;
            }
        }
        return false;
    }

    static byte[] call(String id, String status, Call call) {
        JsonBytes out = begin(id, call.custom() ? "custom_tool_call" : "function_call")
                .field("status", status)
                .field("call_id", call.callId())
                .field("name", call.name());
        if (call.namespace() != null) {
            out.field("namespace", call.namespace());
        }
        return out.field(call.custom() ? "input" : "arguments", call.input())
                .endObject()
                .toBytes();
    }

    /**
     * A message of the assistant's.
     *
     * @param contents each a document
     */
    static byte[] message(String id, String status, List<byte[]> contents) {
        return begin(id, "message")
                .field("status", status)
                .field("role", "assistant")
                .name("content")
                .outside(array(contents)) // the last member, so no comma is missed
                .endObject()
                .toBytes();
    }

    /**
     * A text's content part.
     *
     * @param logprobs an array
     */
    static byte[] text(Json.Text text, List<Citation> citations, byte[] logprobs, Losses losses) {
        JsonBytes out = new JsonBytes(text.size() + 128).beginObject().field("type", "output_text");
        out.name("annotations").beginArray();
        for (Citation citation : citations) {
            if (!Citations.write(citation, text, out)) {
                losses.answer(citation.at(), Citations.NO_PAGE);
            }
        }
        return out.endArray()
                .field("text", text)
                .name("logprobs")
                .outside(logprobs)
                .endObject()
                .toBytes();
    }

    static byte[] refusal(Json.Text text) {
        return new JsonBytes(text.size() + 64)
                .beginObject()
                .field("type", "refusal")
                .field("refusal", text)
                .endObject()
                .toBytes();
    }

    static byte[] reasoning(
            String id, String status, boolean summary, List<Json.Text> paragraphs, @Nullable String encrypted) {
        JsonBytes out = begin(id, "reasoning").field("status", status);
        paragraphs(out, summary, paragraphs);
        if (encrypted != null) {
            out.field("encrypted_content", encrypted);
        }
        return out.endObject().toBytes();
    }

    static void paragraphs(JsonBytes out, boolean summary, List<Json.Text> paragraphs) {
        out.name("summary").beginArray();
        if (!summary) {
            out.endArray().name("content").beginArray();
        }
        for (Json.Text paragraph : paragraphs) {
            out.beginObject()
                    .field("type", summary ? "summary_text" : "reasoning_text")
                    .field("text", paragraph)
                    .endObject();
        }
        out.endArray();
    }

    /** A signature in the slot of reasoning. */
    static String encrypted(Signature signature, boolean redacted) {
        if (signature.home() == Protocol.RESPONSES) {
            return signature.value();
        }
        String marked = redacted ? ItemReader.REDACTED : null;
        return new Signature(signature.home(), marked, signature.value()).envelope();
    }

    /** A call's signature in the slot of reasoning, as an item beside the call; it comes back as the call's. */
    static String encrypted(Signature signature, String callId) {
        return new Signature(signature.home(), callId, signature.value()).envelope();
    }

    static byte[] logprobs(List<Answer.TokenLogprob> tokens) {
        JsonBytes out = new JsonBytes(16).beginArray();
        logprobs(tokens, out);
        return out.endArray().toBytes();
    }

    /** As elements of an array. */
    static void logprobs(List<Answer.TokenLogprob> tokens, JsonBytes out) {
        for (Answer.TokenLogprob token : tokens) {
            out.beginObject().field("token", token.token()).field("logprob", token.logprob());
            if (token.bytes() != null) {
                out.field("bytes", token.bytes());
            }
            if (!token.top().isEmpty()) {
                out.name("top_logprobs").beginArray();
                logprobs(token.top(), out);
                out.endArray();
            }
            out.endObject();
        }
    }

    /** An array of documents. */
    static byte[] array(List<byte[]> documents) {
        JsonBytes out =
                new JsonBytes(documents.stream().mapToInt(one -> one.length + 1).sum() + 2);
        out.beginArray();
        for (int i = 0; i < documents.size(); i++) {
            out.outside(i == 0 ? new byte[0] : new byte[] {','}).outside(documents.get(i));
        }
        return out.endArray().toBytes();
    }

    private static JsonBytes begin(String id, String type) {
        return new JsonBytes().beginObject().field("id", id).field("type", type);
    }
}
