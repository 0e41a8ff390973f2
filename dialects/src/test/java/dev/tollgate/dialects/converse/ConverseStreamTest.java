package dev.tollgate.dialects.converse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.messages.MessagesCodec;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ConverseStream's events as the neutral ones: cut anywhere, failed, hostile. */
class ConverseStreamTest {
    private static final String PLAIN = "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'q'}]}";
    private static final String START = event("messageStart", "{'role':'assistant'}");
    private static final String TEXT = event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'text':'Grüß'}}");
    private static final String STOP = event("contentBlockStop", "{'contentBlockIndex':0}");
    private static final String END = event("messageStop", "{'stopReason':'end_turn'}");
    private static final String METADATA =
            event("metadata", "{'usage':{'inputTokens':3,'outputTokens':2,'totalTokens':5},'metrics':{'latencyMs':1}}");

    private static String event(String type, String payload) {
        return "data: {'" + type + "':" + payload + "}\n\n";
    }

    private static List<Event> read(String stream) {
        byte[] bytes = stream.replace('\'', '"').getBytes(UTF_8);
        return Kit.events(Kit.exchange(MessagesCodec.codec(), PLAIN), bytes, bytes.length, 1);
    }

    private static Event.Failed failure(String stream) {
        return assertInstanceOf(Event.Failed.class, read(stream).getLast());
    }

    @Test
    void whereverItIsCutTheEventsAreTheSame() {
        String call = event(
                        "contentBlockStart", "{'contentBlockIndex':1,'start':{'toolUse':{'toolUseId':'t','name':'n'}}}")
                + event("contentBlockDelta", "{'contentBlockIndex':1,'delta':{'toolUse':{'input':'{}'}},'p':'abc'}")
                + event("contentBlockStop", "{'contentBlockIndex':1}");
        byte[] stream =
                (START + TEXT + STOP + call + END + METADATA).replace('\'', '"').getBytes(UTF_8);
        Exchange exchange = Kit.exchange(MessagesCodec.codec(), PLAIN);
        List<Event> whole = Kit.events(exchange, stream, stream.length, 1);
        assertInstanceOf(Event.Ended.class, whole.getLast());
        assertEquals(10, whole.size());
        for (int cut = 1; cut < stream.length; cut++) {
            assertEquals(whole, Kit.events(exchange, stream, cut, stream.length), "cut at " + cut);
        }
        assertEquals(whole, Kit.events(exchange, stream, 1, 1), "byte by byte");
    }

    @Test
    void oneThatEndsBeforeItsMetadataHasFailed() {
        assertEquals(ErrorKind.BAD_GATEWAY, failure(START + TEXT + STOP + END).kind());
        assertEquals(ErrorKind.BAD_GATEWAY, failure(START + TEXT).kind());
        assertEquals(ErrorKind.BAD_GATEWAY, failure("").kind());
        assertInstanceOf(
                Event.Ended.class, read(START + TEXT + STOP + END + METADATA).getLast());
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, RATE_LIMIT",
        "serviceUnavailableException, OVERLOADED",
        "validationException, INVALID_REQUEST",
        "modelStreamErrorException, API_ERROR",
        "internalServerException, API_ERROR",
        "whateverComes, API_ERROR",
    })
    void anExceptionIsAFailureOfItsKind(String type, ErrorKind kind) {
        String error = event("error", "{'type':'" + type + "','message':'What AWS says.'}");
        assertEquals(new Event.Failed(kind, "What AWS says."), failure(START + TEXT + error + STOP));
        assertEquals(new Event.Failed(kind, "What AWS says."), failure(error));
    }

    @Test
    void aPromptThatIsTooLongIsKnownByItsWords() {
        String error =
                event("error", "{'type':'validationException','message':'Input is too long for requested model.'}");
        assertEquals(ErrorKind.CONTEXT_LENGTH, failure(START + error).kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: {'messageStart':{}}~data: {'messageStart':{}}~",
                "data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'x'}}}~",
                "data: {'metadata':{}}~",
                "data: {'messageStart':{},'metadata':{}}~",
                "data: {'messageStart':7}~",
                "data: []~",
                "data: {'messageStart':}~",
                "data: {'messageStart':{}}~data: {'messageStop':{}}~",
                "data: {'messageStart':{}}~data: {'metadata':{'usage':{'inputTokens':-1}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockDelta':{'contentBlockIndex':-1,'delta':{'text':'x'}}}~",
                "data: {'messageStart':{}}~"
                        + "data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'toolUse':{'input':'x'}}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'x'}}}~"
                        + "data: {'contentBlockDelta':{'contentBlockIndex':1,'delta':{'text':'x'}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'x'}}}~"
                        + "data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'reasoningContent':{'text':'x'}}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'x'}}}~"
                        + "data: {'messageStop':{'stopReason':'end_turn'}}~",
                "data: {'messageStart':{}}~data: {'messageStop':{'stopReason':'end_turn'}}~"
                        + "data: {'contentBlockDelta':{'contentBlockIndex':0,'delta':{'text':'x'}}}~",
                "data: {'messageStart':{}}~data: {'contentBlockStart':{'contentBlockIndex':0,'start':{'toolUse':{}}}}~",
            })
    void whatBreaksTheProtocolEndsTheAnswer(String stream) {
        assertEquals(
                ErrorKind.BAD_GATEWAY,
                failure(stream.replace("~", "\n\n") + END + METADATA).kind());
    }

    @Test
    void blocksWithoutDeltasAndEventsOfNoKnownTypeArePassedOver() {
        List<Event> events = read(START + STOP + event("newEvent", "{'a':1}") + TEXT + STOP + END + METADATA);
        assertInstanceOf(Event.Ended.class, events.getLast());
        assertEquals(7, events.size());
    }

    @Test
    void aCallIsWhyItStoppedWhateverTheModelSays() {
        String call =
                event("contentBlockStart", "{'contentBlockIndex':0,'start':{'toolUse':{'toolUseId':'t','name':'n'}}}");
        List<Event> events = read(START + call + STOP + END + METADATA);
        var ended = assertInstanceOf(Event.ChoiceEnded.class, events.get(3));
        assertEquals(Stop.Reason.TOOL_CALLS, ended.stop().reason());
    }

    @Test
    void aToolOfFreeTextGetsItsText() {
        String request = "{'model':'m','messages':[{'role':'user','content':'q'}],"
                + "'tools':[{'type':'custom','custom':{'name':'run'}}]}";
        String call = event(
                        "contentBlockStart",
                        "{'contentBlockIndex':0,'start':{'toolUse':{'toolUseId':'t','name':'run'}}}")
                + event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'toolUse':{'input':'{\\'inp'}}}")
                + event("contentBlockDelta", "{'contentBlockIndex':0,'delta':{'toolUse':{'input':'ut\\':\\'ls\\'}'}}}");
        byte[] stream =
                (START + call + STOP + END + METADATA).replace('\'', '"').getBytes(UTF_8);
        List<Event> events = Kit.events(Kit.exchange(ChatCodec.codec(), request), stream, stream.length, 1);
        assertEquals(
                "ls",
                assertInstanceOf(Event.InputDelta.class, events.get(2))
                        .fragment()
                        .string());
    }

    @Test
    void garbageNeverThrowsAndNeverLooksFinished() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("ConverseStreamTest.garbage: seed " + seed);
        Random random = new Random(seed);
        byte[] stream =
                (START + TEXT + STOP + END + METADATA).replace('\'', '"').getBytes(UTF_8);
        for (int round = 0; round < 2_000; round++) {
            byte[] changed = stream.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Kit.events(Kit.exchange(MessagesCodec.codec(), PLAIN), changed, changed.length, 1);
        }
    }

    @Test
    void aClientOfAnthropicSeesTheEndAfterTheMetadataOnly() {
        byte[] head = (START + TEXT + STOP + END).replace('\'', '"').getBytes(UTF_8);
        byte[] tail = METADATA.replace('\'', '"').getBytes(UTF_8);
        var conversion = new Conversion(MessagesCodec.codec(), ConverseCodec.codec());
        StreamConversion stream = conversion.stream(Kit.exchange(MessagesCodec.codec(), PLAIN));
        String first = new String(stream.feed(head, 0, head.length), UTF_8);
        assertEquals(false, first.contains("message_stop") || stream.ended());
        String last = new String(stream.feed(tail, 0, tail.length), UTF_8);
        assertEquals(true, last.contains("message_stop") && last.contains("\"output_tokens\":2") && stream.ended());
    }
}
