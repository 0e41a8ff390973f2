package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.exchange;
import static dev.tollgate.dialects.chat.ChatKit.stream;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatEventWriterTest {
    private static final String HEAD =
            "data: {\"id\":\"msg_1\",\"object\":\"chat.completion.chunk\",\"created\":1764500001,\"model\":\"gpt-5.6-luna\",\"choices\":[";
    private static final String ROLE = HEAD
            + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,"
            + "\"finish_reason\":null}]}\n\n";
    private static final Event.Started STARTED = new Event.Started("msg_1", "claude", -1, null);
    private static final Event.ChoiceEnded STOPPED = new Event.ChoiceEnded(0, Stop.of(Stop.Reason.END, "end_turn"));

    private static String delta(String delta) {
        return HEAD + "{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":null}]}\n\n";
    }

    private static String body(Exchange exchange, Event... events) {
        List<Event> all = new ArrayList<>(List.of(STARTED));
        all.addAll(List.of(events));
        String stream = stream(all, exchange);
        assertTrue(stream.startsWith(ROLE), stream);
        return stream.substring(ROLE.length());
    }

    private static Event open(int part, Event.Opening opening) {
        return new Event.PartStarted(0, part, opening);
    }

    @Test
    void textIsWrittenAsItStands() {
        assertEquals(
                delta("{\"content\":\"\\u00e9\\n\"}")
                        + HEAD + "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n"
                        + "data: [DONE]\n\n",
                body(
                        exchange(),
                        open(0, new Event.Opening.Text()),
                        new Event.TextDelta(0, 0, (Json.Text) ChatKit.json("\"\\u00e9\\n\""), List.of()),
                        new Event.PartEnded(0, 0),
                        STOPPED,
                        new Event.Ended()));
    }

    @Test
    void callsCountFromZeroAndAnInputThatNeverCameIsAnEmptyObject() {
        String body = body(
                exchange(),
                open(0, new Event.Opening.ToolCall("a", null, "f", false)),
                new Event.InputDelta(0, 0, Json.Text.of("{\"x\":")),
                new Event.InputDelta(0, 0, Json.Text.of("1}")),
                new Event.PartEnded(0, 0),
                open(1, new Event.Opening.ToolCall("b", null, "g", false)),
                new Event.PartEnded(0, 1),
                open(2, new Event.Opening.ToolCall("c", null, "h", true)),
                new Event.PartEnded(0, 2));
        assertEquals(
                delta(
                                "{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"1}\"}}]}")
                        + delta(
                                "{\"tool_calls\":[{\"index\":1,\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"g\",\"arguments\":\"\"}}]}")
                        + delta("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}")
                        + delta(
                                "{\"tool_calls\":[{\"index\":2,\"id\":\"c\",\"type\":\"custom\",\"custom\":{\"name\":\"h\",\"input\":\"\"}}]}"),
                body);
    }

    @Test
    void paragraphsOfReasoningAreKeptApart() {
        String body = body(
                exchange(),
                open(0, new Event.Opening.Reasoning(true, false)),
                new Event.ReasoningDelta(0, 0, 0, Json.Text.of("a")),
                new Event.ReasoningDelta(0, 0, 0, Json.Text.of("b")),
                new Event.ReasoningDelta(0, 0, 1, Json.Text.of("c")),
                new Event.PartEnded(0, 0),
                open(1, new Event.Opening.Reasoning(true, false)),
                new Event.ReasoningDelta(0, 1, 0, Json.Text.of("d")));
        assertEquals(
                delta("{\"reasoning_content\":\"a\"}")
                        + delta("{\"reasoning_content\":\"b\"}")
                        + delta("{\"reasoning_content\":\"\\n\\nc\"}")
                        + delta("{\"reasoning_content\":\"\\n\\nd\"}"),
                body);
    }

    @Test
    void theSignatureOfACallTravelsAndThatOfAThoughtIsLost() {
        Signature signature = new Signature(Protocol.GENERATE_CONTENT, null, "QUJD");
        Exchange exchange = exchange();
        String body = body(
                exchange,
                open(0, new Event.Opening.Reasoning(true, false)),
                new Event.SignatureDelta(0, 0, signature),
                new Event.PartEnded(0, 0),
                open(1, new Event.Opening.ToolCall("a", null, "f", false)),
                new Event.SignatureDelta(0, 1, signature));
        assertTrue(
                body.endsWith(
                        delta(
                                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\"},\"extra_content\":{\"google\":{\"thought_signature\":\"tg1.gemini..QUJD\"}}}]}")),
                body);
        assertEquals(1, exchange.losses().list().size());
    }

    @Test
    void citationsCountFromTheMessagesStart() {
        Citation page =
                new Citation(Path.ROOT, Json.Text.of("u"), null, null, -1, -1, Protocol.MESSAGES, Json.Obj.EMPTY);
        Tool search = new Tool.BuiltIn(
                Path.ROOT,
                Protocol.CHAT_COMPLETIONS,
                "web_search_options",
                Tool.BuiltIn.Ability.WEB_SEARCH,
                Json.Obj.EMPTY);
        String body = body(
                exchange(search),
                open(0, new Event.Opening.Text()),
                new Event.TextDelta(0, 0, Json.Text.of("👋a"), List.of()),
                new Event.PartEnded(0, 0),
                open(1, new Event.Opening.Text()),
                new Event.TextDelta(0, 1, Json.Text.of("bcd"), List.of()),
                new Event.CitationAdded(0, 1, page));
        assertTrue(body.contains("\"start_index\":2,\"end_index\":5,\"title\":\"\",\"url\":\"u\""), body);
    }

    @Test
    void usageComesLastAndOnlyWhereAskedFor() {
        Event[] events = {new Event.UsageReported(new Usage(1, 2, 3, 4, 5, 0, 0)), STOPPED, new Event.Ended()};
        String asked = body(exchange(), events);
        assertTrue(
                asked.endsWith(
                        "\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5,\"total_tokens\":15,"
                                + "\"prompt_tokens_details\":{\"cached_tokens\":2,\"cache_write_tokens\":7},"
                                + "\"completion_tokens_details\":{\"reasoning_tokens\":0}}}\n\ndata: [DONE]\n\n"),
                asked);
        Request silent = ChatKit.read("{\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}");
        assertFalse(body(exchange(silent), events).contains("prompt_tokens"));
    }

    @Test
    void aPingIsACommentAndAFailureTheErrorWithoutAnEnd() {
        String body = body(exchange(), new Event.Ping(), new Event.Failed(ErrorKind.OVERLOADED, "too \"busy\""));
        assertEquals(
                ": ping\n\ndata: {\"error\":{\"message\":\"too \\\"busy\\\"\",\"type\":\"server_error\",\"param\":null,"
                        + "\"code\":\"overloaded\"}}\n\n",
                body);
    }

    @Test
    void everyChoiceBeginsWithItsRole() {
        String body = body(
                exchange(),
                new Event.PartStarted(1, 0, new Event.Opening.Text()),
                new Event.TextDelta(1, 0, Json.Text.of("x"), List.of()));
        assertTrue(body.startsWith(HEAD + "{\"index\":1,\"delta\":{\"role\":\"assistant\""), body);
    }
}
