package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra.Weight;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code chat.completion}. */
final class ChatWholeReader {
    private final Reading reading = new Reading();
    private final ChatPartsReader parts = new ChatPartsReader(reading);
    private final Exchange exchange;

    private ChatWholeReader(Exchange exchange) {
        this.exchange = exchange;
    }

    static Outcome<Answer> read(byte[] body, int offset, int length, Exchange exchange) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: no JSON: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> new ChatWholeReader(exchange).answer(object);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private Outcome<Answer> answer(Json.Obj object) {
        Fields body = new Fields(Path.ROOT, object, reading);
        String id = body.string("id");
        String model = body.string("model");
        long created = body.count("created");
        List<Answer.Choice> choices = new ArrayList<>();
        Json.Arr items = body.array("choices");
        if (items == null || items.items().isEmpty()) {
            reading.malformed(body.at("choices"), "required, an array of at least one choice.");
        } else {
            for (Json item : items) {
                choice(body.at("choices").element(choices.size()), item, choices);
            }
        }
        Usage usage = ChatUsage.read(body.at("usage"), body.object("usage"), reading);
        String tier = body.string("service_tier");
        body.skip("object");
        body.skip("system_fingerprint"); // the build that answered, which says nothing to a client of another provider
        body.end();
        return reading.outcome(new Answer(
                id == null || id.isEmpty() ? exchange.mint().id("chatcmpl-") : id,
                model,
                created,
                choices,
                usage,
                tier,
                reading.extras()));
    }

    private void choice(Path at, Json item, List<Answer.Choice> choices) {
        if (!(item instanceof Json.Obj object)) {
            reading.malformed(at, "an object is expected.");
            return;
        }
        Fields choice = new Fields(at, object, reading);
        long index = choice.count("index");
        String word = choice.string("finish_reason");
        Json.Obj message = choice.object("message");
        List<Answer.TokenLogprob> logprobs = ChatLogprobs.read(choice, reading);
        List<Part> said = new ArrayList<>();
        if (message == null) {
            reading.malformed(choice.at("message"), "required, an object.");
        } else {
            message(new Fields(choice.at("message"), message, reading), said);
        }
        choice.end();
        boolean called = said.stream().anyMatch(Part.ToolCall.class::isInstance);
        boolean refused = said.stream().anyMatch(Part.Refusal.class::isInstance);
        Stop stop = word == null
                ? new Stop(called ? Stop.Reason.TOOL_CALLS : Stop.Reason.END, null, null, null)
                : ChatWords.stop(word, called, refused);
        int counted = index < 0 || index > Integer.MAX_VALUE ? choices.size() : (int) index;
        choices.add(new Answer.Choice(counted, said, stop, logprobs));
    }

    private void message(Fields message, List<Part> said) {
        message.skip("role");
        parts.reasoning(message).ifPresent(said::add);
        List<Citation> citations = ChatAnnotations.read(message, reading);
        List<Part> content = parts.content(message);
        boolean cited = citations.isEmpty();
        for (Part part : content == null ? List.<Part>of() : content) {
            if (part instanceof Part.Text text) {
                if (!text.text().isEmpty()) {
                    // Indexes are right for the first text, and there is but one.
                    said.add(cited ? text : new Part.Text(text.at(), text.text(), citations, null, null));
                    cited = true;
                }
            } else {
                said.add(part);
            }
        }
        if (!cited) {
            citations.forEach(of -> reading.extra(of.at(), of.raw(), Weight.HINT, "there is no text that it is of"));
        }
        Json.Text refusal = message.text("refusal");
        if (refusal != null && !refusal.isEmpty()) {
            said.add(new Part.Refusal(message.at("refusal"), refusal));
        }
        Json.Arr calls = message.array("tool_calls");
        int i = 0;
        for (Json item : calls == null ? List.<Json>of() : calls.items()) {
            Path at = message.at("tool_calls").element(i++);
            Part.ToolCall call = item instanceof Json.Obj object ? toolCall(at, object) : null;
            if (call == null) {
                reading.malformed(at, "a tool call is expected.");
            } else {
                said.add(call);
            }
        }
        message.end();
    }

    private Part.@Nullable ToolCall toolCall(Path at, Json.Obj object) {
        Fields call = new Fields(at, object, reading);
        String id = call.string("id");
        boolean custom = "custom".equals(call.string("type"));
        call.skip("index");
        Json.Obj inner = call.object(custom ? "custom" : "function");
        if (inner == null) {
            return null;
        }
        Fields called = new Fields(call.at(custom ? "custom" : "function"), inner, reading);
        ToolNames.Named named = exchange.names().atClient(called.required("name"));
        Json.Text text = called.text(custom ? "input" : "arguments");
        called.end();
        Part.ToolCall read = new Part.ToolCall(
                at,
                id == null || id.isEmpty() ? exchange.mint().id("call_") : id,
                named.namespace(),
                named.name(),
                input(text == null ? Json.Text.EMPTY : text, custom, named.free()),
                null,
                ChatMessagesReader.thoughtSignature(call, Protocol.CHAT_COMPLETIONS, reading));
        call.end();
        return read;
    }

    /**
     * What the call is made with.
     *
     * @param custom whether the wire has free text
     * @param free whether the client's tool takes free text, which a function has wrapped
     */
    private static ToolInput input(Json.Text text, boolean custom, boolean free) {
        return custom
                ? new ToolInput.Free(text)
                : free ? new ToolInput.Free(unwrapped(text)) : new ToolInput.Encoded(text);
    }

    /** The free text in the arguments of the function that stands for a custom tool; the arguments themselves if there is none. */
    static Json.Text unwrapped(Json.Text arguments) {
        return arguments.parseContent() instanceof ParsedJson.Whole(Json.Obj object)
                        && object.get(ToolInput.FREE_TEXT) instanceof Json.Text text
                ? text
                : arguments;
    }
}
