package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code chat.completion}. */
final class ChatWholeWriter {
    private final Exchange exchange;
    private final Losses losses;
    private final JsonBytes out = new JsonBytes(1 << 12);

    private ChatWholeWriter(Exchange exchange) {
        this.exchange = exchange;
        this.losses = exchange.losses();
    }

    static byte[] write(Answer answer, Exchange exchange) {
        return new ChatWholeWriter(exchange).write(answer);
    }

    private byte[] write(Answer answer) {
        long created = answer.createdEpochSecond();
        out.beginObject().field("id", answer.id()).field("object", "chat.completion");
        out.field("created", created < 0 ? exchange.mint().epochSecond() : created);
        out.field("model", exchange.model());
        out.name("choices").beginArray();
        answer.choices().forEach(this::choice);
        out.endArray();
        if (answer.usage() != null) {
            ChatUsage.write(out, answer.usage());
        }
        String tier = answer.serviceTier() == null ? null : ChatWords.serviceTier(answer.serviceTier());
        if (tier != null) {
            out.field("service_tier", tier);
        }
        return out.endObject().toBytes();
    }

    private void choice(Answer.Choice choice) {
        List<Part.Text> texts = new ArrayList<>();
        List<Json.Text> refusals = new ArrayList<>();
        List<Json.Text> thoughts = new ArrayList<>();
        List<Part.ToolCall> calls = new ArrayList<>();
        for (Part part : choice.parts()) {
            switch (part) {
                case Part.Text text -> {
                    texts.add(text);
                    signature(text.at(), text.signature() != null);
                }
                case Part.Refusal refusal -> refusals.add(refusal.text());
                case Part.Reasoning reasoning -> {
                    thoughts.addAll(reasoning.paragraphs());
                    signature(reasoning.at(), reasoning.signature() != null);
                }
                case Part.ToolCall call -> calls.add(call);
                case Part.Media _, Part.SearchResult _, Part.ToolResult _, Part.Opaque _ ->
                    losses.answer(part.at(), "answers of Chat Completions hold text and tool calls only");
            }
        }
        out.beginObject().field("index", choice.index());
        out.name("message").beginObject().field("role", "assistant");
        joined("content", "", texts.stream().map(Part.Text::text).toList());
        joined("refusal", "", refusals);
        if (!thoughts.isEmpty()) {
            joined("reasoning_content", "\n\n", thoughts);
        }
        annotations(texts);
        if (!calls.isEmpty()) {
            out.name("tool_calls").beginArray();
            calls.forEach(this::toolCall);
            out.endArray();
        }
        out.endObject();
        ChatLogprobs.write(out, choice.logprobs());
        out.field("finish_reason", finishReason(choice.stop(), !refusals.isEmpty(), losses));
        out.endObject();
    }

    private void signature(Path at, boolean any) {
        if (any) {
            losses.answer(at.member("signature"), "Chat Completions has no place for it");
        }
    }

    private void joined(String name, String separator, List<Json.Text> texts) {
        if (texts.isEmpty()) {
            out.name(name).nothing();
        } else {
            out.field(name, ChatTexts.join(separator, texts));
        }
    }

    private void annotations(List<Part.Text> texts) {
        out.name("annotations").beginArray();
        if (texts.stream().anyMatch(text -> !text.citations().isEmpty())) {
            int before = 0;
            for (Part.Text text : texts) {
                int end = before + ChatTexts.codePoints(text.text());
                for (Citation citation : text.citations()) {
                    if (ChatAnnotations.expressible(citation, losses)) {
                        ChatAnnotations.write(out, citation, before, end);
                    }
                }
                before = end;
            }
        }
        out.endArray();
    }

    private void toolCall(Part.ToolCall call) {
        boolean free = call.input() instanceof ToolInput.Free;
        out.beginObject().field("id", call.id());
        begin(out, call.namespace(), call.name(), free);
        if (call.input() instanceof ToolInput.Plain(Json.Obj object)) {
            out.name("arguments").encoded(object);
        } else {
            Json.Text text = call.input().asText();
            out.field(free ? "input" : "arguments", text.isEmpty() && !free ? Json.Text.of("{}") : text);
        }
        out.endObject();
        if (call.signature() != null) {
            ChatMessagesWriter.thoughtSignature(out, call.signature().envelope());
        }
        out.endObject();
    }

    /** The kind and the name of a call, up to where its input follows. */
    static JsonBytes begin(JsonBytes out, @Nullable String namespace, String name, boolean free) {
        String type = free ? "custom" : "function";
        out.field("type", type).name(type).beginObject();
        return out.field("name", namespace == null ? name : namespace + "__" + name);
    }

    /** Its word; what the word does not say is reported. */
    static String finishReason(Stop stop, boolean refusalInWords, Losses losses) {
        switch (stop.reason()) {
            case PAUSED, COMPACTED, BAD_CALL, CONTEXT_FULL, OTHER ->
                losses.answer(
                        Path.ROOT.member("stop_reason"),
                        "no finish_reason says " + (stop.raw() == null ? "that" : stop.raw()));
            case END, MAX_TOKENS, STOP_SEQUENCE, TOOL_CALLS, REFUSED -> {}
        }
        if (stop.sequence() != null) {
            losses.answer(Path.ROOT.member("stop_sequence"), "Chat Completions does not say which it was");
        }
        if (stop.explanation() != null) {
            losses.answer(Path.ROOT.member("stop_details"), "Chat Completions has no place for it");
        }
        return ChatWords.word(stop.reason(), refusalInWords);
    }
}
