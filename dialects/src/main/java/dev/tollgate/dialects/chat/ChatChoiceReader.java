package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deltas of one choice. Chat Completions says neither where a part begins nor where it ends: a delta of another kind, or of the
 * next tool call, ends the part before it.
 */
final class ChatChoiceReader {
    private enum Open {
        NOTHING,
        TEXT,
        REASONING,
        REFUSAL,
        CALL
    }

    private final int choice;
    private final Exchange exchange;
    private Open open = Open.NOTHING;
    private int part;
    private int texts;
    private boolean called;
    private boolean refused;
    private boolean ended;

    /** Of the last call: its index and id on the wire, whether its signature has come. */
    private long callIndex = -1;

    private String callId = "";
    private boolean signed;
    /** The arguments of the function that stands for a custom tool: its free text can be told when they are whole. */
    private @Nullable JsonBytes wrapped;

    ChatChoiceReader(int choice, Exchange exchange) {
        this.choice = choice;
        this.exchange = exchange;
    }

    boolean ended() {
        return ended;
    }

    void read(Fields fields, Reading reading, EventSink sink) {
        List<Answer.TokenLogprob> logprobs = ChatLogprobs.read(fields, reading);
        Json.Obj object = fields.object("delta");
        if (object != null) {
            Fields delta = new Fields(fields.at("delta"), object, reading);
            delta.skip("role");
            texts(delta, logprobs, reading, sink);
            toolCalls(delta, reading, sink);
            annotations(delta, reading, sink);
            delta.end();
        }
        String word = fields.string("finish_reason");
        if (word != null && !ended) {
            close(sink);
            ended = true;
            sink.accept(new Event.ChoiceEnded(choice, ChatWords.stop(word, called, refused)));
        }
    }

    private void texts(Fields delta, List<Answer.TokenLogprob> logprobs, Reading reading, EventSink sink) {
        Json.Text thought = some(ChatPartsReader.reasoningText(delta));
        if (thought != null && open(Open.REASONING, new Event.Opening.Reasoning(false, false), delta, reading, sink)) {
            sink.accept(new Event.ReasoningDelta(choice, part, 0, thought));
        }
        Json.Text content = some(delta.text("content"));
        if ((content != null || !logprobs.isEmpty())
                && open(Open.TEXT, new Event.Opening.Text(), delta, reading, sink)) {
            sink.accept(new Event.TextDelta(choice, part, content == null ? Json.Text.EMPTY : content, logprobs));
        }
        Json.Text refusal = some(delta.text("refusal"));
        if (refusal != null && open(Open.REFUSAL, new Event.Opening.Refusal(), delta, reading, sink)) {
            refused = true;
            sink.accept(new Event.RefusalDelta(choice, part, refusal));
        }
    }

    /** Deltas of nothing are common, and open nothing. */
    private static Json.@Nullable Text some(Json.@Nullable Text text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** Opens a part of that kind where none is open; false where the choice has ended. */
    private boolean open(Open kind, Event.Opening opening, Fields delta, Reading reading, EventSink sink) {
        if (ended) {
            reading.malformed(delta.at(), "nothing is expected after the choice's finish_reason.");
            return false;
        }
        if (open != kind || kind == Open.CALL) {
            close(sink);
            open = kind;
            texts += kind == Open.TEXT ? 1 : 0;
            sink.accept(new Event.PartStarted(choice, part, opening));
        }
        return true;
    }

    private void close(EventSink sink) {
        if (open == Open.NOTHING) {
            return;
        }
        if (wrapped != null) {
            Json.Text free = ChatWholeReader.unwrapped(ChatTexts.text(wrapped.endText()));
            wrapped = null;
            if (!free.isEmpty()) {
                sink.accept(new Event.InputDelta(choice, part, free));
            }
        }
        sink.accept(new Event.PartEnded(choice, part));
        open = Open.NOTHING;
        part++;
    }

    private void toolCalls(Fields delta, Reading reading, EventSink sink) {
        Json.Arr calls = delta.array("tool_calls");
        if (calls == null) {
            return;
        }
        int i = 0;
        for (Json item : calls) {
            Path at = delta.at("tool_calls").element(i++);
            if (item instanceof Json.Obj object) {
                toolCall(new Fields(at, object, reading), reading, sink);
            } else {
                reading.malformed(at, "an object is expected.");
            }
        }
    }

    private void toolCall(Fields call, Reading reading, EventSink sink) {
        long index = call.count("index");
        String id = call.string("id");
        call.skip("type");
        Json.Obj custom = call.object("custom");
        Json.Obj inner = custom == null ? call.object("function") : custom;
        String kind = custom == null ? "function" : "custom";
        Fields called = new Fields(call.at(kind), inner == null ? Json.Obj.EMPTY : inner, reading);
        String name = called.string("name");
        Json.Text fragment = some(called.text(custom == null ? "arguments" : "input"));
        called.end();
        Signature signature = ChatMessagesReader.thoughtSignature(call, Protocol.CHAT_COMPLETIONS, reading);
        call.end();
        if (isNext(index, id)) {
            if (name == null || name.isEmpty()) {
                reading.malformed(called.at("name"), "required, a string.");
                return;
            }
            callIndex = index < 0 ? callIndex + 1 : index;
            callId = id == null || id.isEmpty() ? exchange.mint().id("call_") : id;
            if (!openCall(call, name, custom != null, reading, sink)) {
                return;
            }
        } else if (fragment != null && (open != Open.CALL || (index >= 0 && index != callIndex))) {
            reading.malformed(call.at(), "calls are expected one after the other, and this one has ended.");
            return;
        }
        if (open == Open.CALL && signature != null && !signed) {
            signed = true;
            sink.accept(new Event.SignatureDelta(choice, part, signature));
        }
        if (fragment != null) {
            input(call, fragment, reading, sink);
        }
    }

    /** Servers that give each call whole give them all the index 0, or none: then their ids tell them apart. */
    private boolean isNext(long index, @Nullable String id) {
        boolean another = id != null && !id.isEmpty() && !id.equals(callId);
        return !called || index > callIndex || (another && (index < 0 || index == callIndex));
    }

    private boolean openCall(Fields call, String name, boolean custom, Reading reading, EventSink sink) {
        ToolNames.Named named = exchange.names().atClient(name);
        Event.Opening opening =
                new Event.Opening.ToolCall(callId, named.namespace(), named.name(), custom || named.free());
        if (!open(Open.CALL, opening, call, reading, sink)) {
            return false;
        }
        called = true;
        signed = false;
        if (named.free() && !custom) {
            wrapped = new JsonBytes().beginText();
        }
        return true;
    }

    private void input(Fields call, Json.Text fragment, Reading reading, EventSink sink) {
        if (wrapped == null) {
            sink.accept(new Event.InputDelta(choice, part, fragment));
        } else if (wrapped.length() + fragment.size() > ChatEventReader.MOST_KEPT) {
            reading.malformed(call.at(), "a smaller input is expected.");
        } else {
            wrapped.append(fragment);
        }
    }

    private void annotations(Fields delta, Reading reading, EventSink sink) {
        for (Citation citation : ChatAnnotations.read(delta, reading)) {
            if (open == Open.TEXT) {
                // Indexes count from the message's start, which is the first text's.
                Citation of = texts == 1 ? citation : ChatAnnotations.unplaced(citation);
                sink.accept(new Event.CitationAdded(choice, part, of));
            } else {
                reading.extra(citation.at(), citation.raw(), Weight.HINT, "there is no text that it is of");
            }
        }
    }
}
