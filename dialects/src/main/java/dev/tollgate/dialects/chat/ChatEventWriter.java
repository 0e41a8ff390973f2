package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.EventWriter;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code chat.completion.chunk}s. */
final class ChatEventWriter implements EventWriter {
    private static final byte[] PING = ": ping\n\n".getBytes(US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);
    private static final Json.Text NO_ARGUMENTS = Json.Text.of("{}");

    private static final class Choice {
        /** The place of the open part among the tool calls. */
        int call = -1;

        boolean callOpen;
        boolean free;
        boolean anyInput;
        boolean refused;
        boolean anyThought;
        int paragraph;
        /** Code points before the open text and up to now. */
        int before;

        int length;
    }

    private final Exchange exchange;
    private final Losses losses;
    private final Map<Integer, Choice> choices = new HashMap<>();
    /** Lengths are for citations only, and cost a decoding of every text. */
    private final boolean counts;

    private String id = "";
    private long created;
    private @Nullable Usage usage;

    ChatEventWriter(Exchange exchange) {
        this.exchange = exchange;
        this.losses = exchange.losses();
        this.counts = exchange.request().tools().list().stream().anyMatch(Tool.BuiltIn.class::isInstance);
    }

    @Override
    public void write(Event event, JsonBytes out) {
        switch (event) {
            case Event.Started started -> started(started, out);
            case Event.PartStarted of -> partStarted(of, out);
            case Event.TextDelta of -> text(of, out);
            case Event.ReasoningDelta of -> reasoning(of, out);
            case Event.RefusalDelta of -> {
                choice(of.choice(), out).refused = true;
                delta(out, of.choice()).field("refusal", of.text());
                end(out, List.of());
            }
            case Event.InputDelta of -> {
                choice(of.choice(), out).anyInput |= !of.fragment().isEmpty();
                input(of.choice(), of.fragment(), out);
            }
            case Event.SignatureDelta of -> signature(of, out);
            case Event.CitationAdded of -> citation(of.choice(), of.citation(), out);
            case Event.PartEnded of -> partEnded(of.choice(), out);
            case Event.ChoiceEnded of -> choiceEnded(of, out);
            case Event.UsageReported(Usage reported) -> usage = reported;
            case Event.Ping _ -> out.outside(PING);
            case Event.Failed(var kind, String message) ->
                out.outside(ErrorBodies.event(Operation.CHAT_COMPLETIONS, kind, message, exchange.requestId()));
            case Event.Ended _ -> ended(out);
        }
    }

    private void started(Event.Started started, JsonBytes out) {
        id = started.id();
        created = started.createdEpochSecond() < 0 ? exchange.mint().epochSecond() : started.createdEpochSecond();
        usage = started.usage();
        choice(0, out);
    }

    /** The choice; at its first event, also its first chunk. */
    private Choice choice(int index, JsonBytes out) {
        Choice known = choices.get(index);
        if (known != null) {
            return known;
        }
        delta(out, index)
                .field("role", "assistant")
                .field("content", "")
                .name("refusal")
                .nothing();
        end(out, List.of());
        Choice choice = new Choice();
        choices.put(index, choice);
        return choice;
    }

    private void partStarted(Event.PartStarted event, JsonBytes out) {
        Choice choice = choice(event.choice(), out);
        switch (event.opening()) {
            case Event.Opening.Text _ -> choice.before = choice.length;
            case Event.Opening.Reasoning _ -> choice.paragraph = -1;
            case Event.Opening.Refusal _ -> {}
            case Event.Opening.ToolCall call -> {
                choice.call++;
                choice.callOpen = true;
                choice.free = call.free();
                choice.anyInput = false;
                delta(out, event.choice()).name("tool_calls").beginArray().beginObject();
                out.field("index", choice.call).field("id", call.id());
                ChatWholeWriter.begin(out, call.namespace(), call.name(), call.free());
                out.field(call.free() ? "input" : "arguments", "")
                        .endObject()
                        .endObject()
                        .endArray();
                end(out, List.of());
            }
            case Event.Opening.Whole(var part) ->
                losses.answer(part.at(), "answers of Chat Completions hold text and tool calls only");
        }
    }

    private void text(Event.TextDelta event, JsonBytes out) {
        Choice choice = choice(event.choice(), out);
        if (counts) {
            choice.length += ChatTexts.codePoints(event.text());
        }
        delta(out, event.choice()).field("content", event.text());
        end(out, event.logprobs());
    }

    private void reasoning(Event.ReasoningDelta event, JsonBytes out) {
        Choice choice = choice(event.choice(), out);
        delta(out, event.choice()).name("reasoning_content").beginText();
        if (choice.anyThought && event.paragraph() != choice.paragraph) {
            out.append("\n\n");
        }
        out.append(event.text()).endText();
        end(out, List.of());
        choice.anyThought = true;
        choice.paragraph = event.paragraph();
    }

    private void input(int index, Json.Text fragment, JsonBytes out) {
        Choice choice = choice(index, out);
        delta(out, index).name("tool_calls").beginArray().beginObject().field("index", choice.call);
        out.name(choice.free ? "custom" : "function").beginObject();
        out.field(choice.free ? "input" : "arguments", fragment)
                .endObject()
                .endObject()
                .endArray();
        end(out, List.of());
    }

    private void signature(Event.SignatureDelta event, JsonBytes out) {
        Choice choice = choice(event.choice(), out);
        Signature signature = event.signature();
        if (!choice.callOpen) {
            losses.answer(Path.ROOT.member("signature"), "Chat Completions has no place for it");
            return;
        }
        delta(out, event.choice()).name("tool_calls").beginArray().beginObject().field("index", choice.call);
        ChatMessagesWriter.thoughtSignature(out, signature.envelope());
        out.endObject().endArray();
        end(out, List.of());
    }

    private void citation(int index, Citation citation, JsonBytes out) {
        Choice choice = choice(index, out);
        if (ChatAnnotations.expressible(citation, losses)) {
            delta(out, index).name("annotations").beginArray();
            ChatAnnotations.write(out, citation, choice.before, choice.length);
            out.endArray();
            end(out, List.of());
        }
    }

    private void partEnded(int index, JsonBytes out) {
        Choice choice = choice(index, out);
        if (choice.callOpen && !choice.anyInput && !choice.free) {
            input(index, NO_ARGUMENTS, out);
        }
        choice.callOpen = false;
    }

    private void choiceEnded(Event.ChoiceEnded event, JsonBytes out) {
        Choice choice = choice(event.choice(), out);
        head(out).name("choices").beginArray().beginObject().field("index", event.choice());
        out.name("delta").beginObject().endObject().name("logprobs").nothing();
        out.field("finish_reason", ChatWholeWriter.finishReason(event.stop(), choice.refused, losses));
        out.endObject().endArray().endObject().endEvent();
    }

    private void ended(JsonBytes out) {
        if (usage != null && exchange.request().includeUsage()) {
            head(out).name("choices").beginArray().endArray();
            ChatUsage.write(out, usage);
            out.endObject().endEvent();
        }
        out.outside(DONE);
    }

    private JsonBytes head(JsonBytes out) {
        out.beginEvent().beginObject().field("id", id).field("object", "chat.completion.chunk");
        return out.field("created", created).field("model", exchange.model());
    }

    /** Begins a chunk with a delta of the choice; its members follow, then {@link #end}. */
    private JsonBytes delta(JsonBytes out, int choice) {
        head(out).name("choices").beginArray().beginObject().field("index", choice);
        return out.name("delta").beginObject();
    }

    private static void end(JsonBytes out, List<Answer.TokenLogprob> logprobs) {
        out.endObject();
        ChatLogprobs.write(out, logprobs);
        out.name("finish_reason").nothing().endObject().endArray().endObject().endEvent();
    }
}
