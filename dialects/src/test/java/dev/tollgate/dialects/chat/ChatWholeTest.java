package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.answer;
import static dev.tollgate.dialects.chat.ChatKit.bytes;
import static dev.tollgate.dialects.chat.ChatKit.exchange;
import static dev.tollgate.dialects.chat.ChatKit.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatWholeTest {
    private static final Path AT = Path.ROOT.member("x");
    private static final Tool EDIT = new Tool.Custom(AT, "ns", "edit", null, null);

    private static Answer message(String message, String finish, Exchange exchange) {
        return answer(
                "{\"id\":\"i\",\"choices\":[{\"message\":" + message + ",\"finish_reason\":\"" + finish + "\"}]}",
                exchange);
    }

    private static Usage usage(String usage) {
        Usage read = answer("{\"id\":\"i\",\"choices\":[{\"message\":{}}],\"usage\":" + usage + "}", exchange())
                .usage();
        assertTrue(read != null);
        return read;
    }

    @Test
    void inputExcludesWhatTheCacheHasAndZerosStay() {
        assertEquals(
                new Usage(26, 1920, 60, 0, 300, 200, 0),
                usage(
                        "{\"prompt_tokens\":2006,\"completion_tokens\":300,\"total_tokens\":2306,\"prompt_tokens_details\":"
                                + "{\"cached_tokens\":1920,\"cache_write_tokens\":60},\"completion_tokens_details\":{\"reasoning_tokens\":200}}"));
        assertEquals(Usage.ZERO, usage("{\"prompt_tokens\":0,\"completion_tokens\":0}"));
    }

    @Test
    void reasoningThatIsCountedBesideTheOutputIsAdded() {
        assertEquals(
                new Usage(32, 0, 0, 0, 103, 94, 0),
                usage(
                        "{\"prompt_tokens\":32,\"completion_tokens\":9,\"total_tokens\":135,\"completion_tokens_details\":"
                                + "{\"reasoning_tokens\":94}}"));
    }

    @Test
    void aForcedCallEndsWithStopAndIsACallAllTheSame() {
        Answer answer = message(
                "{\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}",
                "stop",
                exchange());
        assertEquals(
                Stop.of(Stop.Reason.TOOL_CALLS, "stop"),
                answer.choices().getFirst().stop());
    }

    @ParameterizedTest
    @CsvSource({
        "stop,END",
        "length,MAX_TOKENS",
        "tool_calls,TOOL_CALLS",
        "content_filter,REFUSED",
        "eos,OTHER",
    })
    void everyFinishReasonIsRead(String word, Stop.Reason reason) {
        assertEquals(
                Stop.of(reason, word),
                message("{\"content\":\"a\"}", word, exchange())
                        .choices()
                        .getFirst()
                        .stop());
    }

    @Test
    void aFunctionThatStandsForACustomToolGivesItsFreeText() {
        Exchange exchange = exchange(EDIT);
        Answer answer = message(
                "{\"tool_calls\":[{\"type\":\"function\",\"function\":{\"name\":\"ns__edit\",\"arguments\":\"{\\\"input\\\":\\\"a\\\\nb\\\"}\"}}]}",
                "tool_calls",
                exchange);
        Part.ToolCall call = (Part.ToolCall) answer.choices().getFirst().parts().getFirst();
        assertEquals(new ToolInput.Free(Json.Text.of("a\nb")), call.input());
        assertEquals("ns", call.namespace());
        assertEquals("edit", call.name());
        assertEquals("call_minted0123456789", call.id(), "the provider gave no id");
    }

    @Test
    void fieldsWithoutAPlaceAreExtras() {
        Answer answer = answer(
                "{\"id\":\"i\",\"system_fingerprint\":\"fp\",\"choices\":[{\"index\":0,\"message\":{\"content\":\"a\",\"audio\":{}},"
                        + "\"finish_reason\":\"stop\",\"native\":1}],\"cost\":5}",
                exchange());
        assertEquals(
                List.of("choices[0].message.audio", "choices[0].native", "cost"),
                answer.extras().stream().map(extra -> extra.at().toString()).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "body | <html>",
                "body | []",
                "choices | {\"id\":\"i\"}",
                "choices | {\"choices\":[]}",
                "choices[0] | {\"choices\":[1]}",
                "choices[0].message | {\"choices\":[{}]}",
                "choices[0].message.content | {\"choices\":[{\"message\":{\"content\":1}}]}",
                "choices[0].message.tool_calls[0] | {\"choices\":[{\"message\":{\"tool_calls\":[{}]}}]}",
                "choices[0].logprobs.content[0] | {\"choices\":[{\"message\":{},\"logprobs\":{\"content\":[{}]}}]}",
                "usage.prompt_tokens | {\"choices\":[{\"message\":{}}],\"usage\":{\"prompt_tokens\":-1}}",
            })
    void anAnswerThatIsNoneIsNamedWithItsPlace(String at, String body) {
        byte[] bytes = bytes(body);
        Outcome<Answer> outcome = ChatKit.CODEC.wholeReader().read(bytes, 0, bytes.length, exchange());
        String message = assertInstanceOf(Outcome.Malformed.class, outcome).message();
        assertTrue(message.startsWith(at + ": "), message);
    }

    private static String written(Stop stop, Exchange exchange, @Nullable Usage usage, Part... parts) {
        Answer answer = new Answer(
                "msg_1",
                "claude",
                -1,
                List.of(new Answer.Choice(0, List.of(parts), stop, List.of())),
                usage,
                null,
                List.of());
        return new String(ChatKit.CODEC.wholeWriter().write(answer, exchange), UTF_8);
    }

    @Test
    void anAnswerIsWrittenWithTheClientsModel() {
        String document = written(
                Stop.of(Stop.Reason.TOOL_CALLS, "tool_use"),
                exchange(),
                new Usage(3, 10, 20, 30, 7, 2, 0),
                new Part.Reasoning(AT, false, List.of(Json.Text.of("a"), Json.Text.of("b")), null, false),
                text("one "),
                text("two"),
                new Part.ToolCall(AT, "toolu_1", null, "f", new ToolInput.Plain(Json.Obj.EMPTY), null, null));
        assertEquals(
                "{\"id\":\"msg_1\",\"object\":\"chat.completion\",\"created\":1764500001,\"model\":\"gpt-5.6-luna\",\"choices\":"
                        + "[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"one two\",\"refusal\":null,"
                        + "\"reasoning_content\":\"a\\n\\nb\",\"annotations\":[],\"tool_calls\":[{\"id\":\"toolu_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"logprobs\":null,\"finish_reason\":\"tool_calls\"}],"
                        + "\"usage\":{\"prompt_tokens\":63,\"completion_tokens\":7,\"total_tokens\":70,\"prompt_tokens_details\":"
                        + "{\"cached_tokens\":10,\"cache_write_tokens\":50},\"completion_tokens_details\":{\"reasoning_tokens\":2}}}",
                document);
    }

    @Test
    void anEmptyInputIsAnEmptyObject() {
        String document = written(
                Stop.of(Stop.Reason.TOOL_CALLS, "x"),
                exchange(),
                null,
                new Part.ToolCall(AT, "c", null, "f", new ToolInput.Encoded(Json.Text.EMPTY), null, null));
        assertTrue(document.contains("\"arguments\":\"{}\""), document);
    }

    @Test
    void aCallsSignatureTravelsInAnEnvelopeAndAThoughtsIsLost() {
        Signature signature = new Signature(Protocol.GENERATE_CONTENT, null, "QUJD");
        Exchange exchange = exchange();
        String document = written(
                Stop.of(Stop.Reason.TOOL_CALLS, "STOP"),
                exchange,
                null,
                new Part.Reasoning(AT, true, List.of(), signature, false),
                new Part.ToolCall(AT, "c", null, "f", new ToolInput.Plain(Json.Obj.EMPTY), null, signature));
        assertTrue(document.contains("\"thought_signature\":\"tg1.gemini..QUJD\""), document);
        assertEquals(
                List.of("x.signature"),
                exchange.losses().list().stream().map(loss -> loss.at().field()).toList());
    }

    @Test
    void citationsOfPagesCountFromTheMessagesStart() {
        Exchange exchange = exchange();
        Citation page = new Citation(
                AT, Json.Text.of("https://e"), Json.Text.of("T"), null, -1, -1, Protocol.MESSAGES, Json.Obj.EMPTY);
        Citation block =
                new Citation(AT.member("citations"), null, null, null, 0, 1, Protocol.MESSAGES, Json.Obj.EMPTY);
        String document = written(
                Stop.of(Stop.Reason.END, "end_turn"),
                exchange,
                null,
                text("👋a"),
                new Part.Text(AT, Json.Text.of("bc"), List.of(page, block), null, null));
        assertTrue(
                document.contains(
                        "\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":2,\"end_index\":4,"
                                + "\"title\":\"T\",\"url\":\"https://e\"}}]"),
                document);
        assertEquals(1, exchange.losses().list().size());
    }

    @ParameterizedTest
    @CsvSource({
        "END,stop,0",
        "MAX_TOKENS,length,0",
        "STOP_SEQUENCE,stop,0",
        "TOOL_CALLS,tool_calls,0",
        "REFUSED,content_filter,0",
        "PAUSED,stop,1",
        "CONTEXT_FULL,length,1",
        "COMPACTED,stop,1",
        "BAD_CALL,stop,1",
        "OTHER,stop,1",
    })
    void everyStopHasItsWordAndWhatTheWordDoesNotSayIsLost(Stop.Reason reason, String word, int losses) {
        Exchange exchange = exchange();
        String document = written(Stop.of(reason, "raw"), exchange, null, text("a"));
        assertTrue(document.contains("\"finish_reason\":\"" + word + "\""), document);
        assertEquals(losses, exchange.losses().list().size());
    }

    @Test
    void aRefusalInWordsEndsWithStop() {
        String document = written(
                Stop.of(Stop.Reason.REFUSED, "refusal"), exchange(), null, new Part.Refusal(AT, Json.Text.of("no")));
        assertTrue(document.contains("\"content\":null,\"refusal\":\"no\""), document);
        assertTrue(document.contains("\"finish_reason\":\"stop\""), document);
    }

    @Test
    void partsThatNoAnswerHoldsAreLost() {
        Exchange exchange = exchange();
        written(
                Stop.of(Stop.Reason.END, "STOP"),
                exchange,
                null,
                new Part.Media(
                        AT,
                        Part.Media.Kind.IMAGE,
                        "image/png",
                        new Part.Source.Base64(Json.Text.of("QUJD")),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null));
        assertEquals("x", exchange.losses().list().getFirst().at().toString());
    }
}
