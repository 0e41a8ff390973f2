package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BedrockEventsTest {
    private static final String START =
            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"text\":\"Grüße\"}}";
    private static final String STOP =
            "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":{\"inputTokenCount\":3}}";
    private static final byte[] STREAM = Frames.joined(Frames.chunk(START), Frames.chunk(STOP));
    private static final String EVENTS =
            "event: message_start\ndata: " + START + "\n\nevent: message_stop\ndata: " + STOP + "\n\n";

    private final BedrockEvents events = new BedrockEvents(new MessagesWording("aws-1"));
    private final StringBuilder read = new StringBuilder();

    private void feed(byte[] bytes, int from, int to) {
        read.append(events.unframe(Buffer.buffer(bytes).slice(from, to)));
    }

    private String fault() {
        Throwable fault = events.fault();
        return fault == null ? "none" : String.valueOf(fault.getMessage());
    }

    @Test
    void whereverTheStreamIsCutTheEventsAreTheSame() {
        for (int cut = 0; cut <= STREAM.length; cut++) {
            BedrockEvents each = new BedrockEvents(new MessagesWording(""));
            String first = each.unframe(Buffer.buffer(STREAM).slice(0, cut)).toString();
            String second = each.unframe(Buffer.buffer(STREAM).slice(cut, STREAM.length))
                    .toString();
            assertEquals(EVENTS, first + second, "cut at " + cut);
            assertNull(each.fault());
        }
        for (int i = 0; i < STREAM.length; i++) {
            feed(STREAM, i, i + 1);
        }
        assertEquals(EVENTS, read.toString());
    }

    @Test
    void anEventLeavesAsSoonAsItIsWhole() {
        int first = Frames.chunk(START).length;
        feed(STREAM, 0, first - 1);
        assertEquals("", read.toString());
        feed(STREAM, first - 1, first + 20);
        assertEquals("event: message_start\ndata: " + START + "\n\n", read.toString());
    }

    @Test
    void aWrongByteAnywhereIsNoticedAndNothingBehindItIsRead() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int at = 0; at < STREAM.length; at++) {
            byte[] damaged = STREAM.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            BedrockEvents each = new BedrockEvents(new MessagesWording(""));
            String all = each.unframe(Buffer.buffer(damaged)).toString();
            assertNotNull(each.fault(), "seed " + seed + ", byte " + at);
            assertFalse(all.contains("message_stop"), "seed " + seed + ", byte " + at);
            String more = each.unframe(Buffer.buffer(STREAM)).toString();
            assertEquals("", more, "seed " + seed + ", byte " + at);
        }
    }

    @Test
    void aHugeLengthIsRefusedBeforeItIsWaitedFor() {
        for (int length : new int[] {EventStreamReader.LONGEST + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0, 15}) {
            BedrockEvents each = new BedrockEvents(new MessagesWording(""));
            ByteBuffer prelude = ByteBuffer.allocate(12).putInt(length).putInt(0);
            prelude.putInt(Frames.crc(prelude.array(), 8));
            assertEquals(0, each.unframe(Buffer.buffer(prelude.array())).length(), String.valueOf(length));
            assertNotNull(each.fault(), String.valueOf(length));
        }
    }

    @Test
    void headersLongerThanTheirMessageAreRefused() {
        ByteBuffer prelude = ByteBuffer.allocate(12).putInt(40).putInt(25);
        prelude.putInt(Frames.crc(prelude.array(), 8));
        feed(prelude.array(), 0, 12);
        assertTrue(fault().contains("contradict"), fault());
    }

    @Test
    void garbageNeverThrowsAndNeverBecomesAnEvent() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] garbage = new byte[16 + random.nextInt(200)];
            random.nextBytes(garbage);
            boolean framed = random.nextBoolean();
            if (framed) { // right in its lengths and checksums, with nonsense for headers
                ByteBuffer head =
                        ByteBuffer.wrap(garbage).putInt(garbage.length).putInt(random.nextInt(garbage.length));
                head.putInt(Frames.crc(garbage, 8));
                ByteBuffer.wrap(garbage).putInt(garbage.length - 4, Frames.crc(garbage, garbage.length - 4));
            }
            BedrockEvents each = new BedrockEvents(new MessagesWording(""));
            assertEquals(0, each.unframe(Buffer.buffer(garbage)).length(), "seed " + seed);
            assertNotNull(each.fault(), "seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, rate_limit_error",
        "validationException, invalid_request_error",
        "modelTimeoutException, timeout_error",
        "serviceUnavailableException, overloaded_error",
        "modelStreamErrorException, api_error",
        "internalServerException, api_error",
        "somethingNewException, api_error",
    })
    void anExceptionBecomesTheErrorEventThatClientsKnow(String exception, String type) {
        byte[] message = Frames.exception(exception, "{\"message\":\"So it \\\"is\\\".\"}");
        feed(message, 0, message.length);
        assertEquals(
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"" + type
                        + "\",\"message\":\"So it \\\"is\\\".\"},\"request_id\":\"aws-1\"}\n\n",
                read.toString());
        assertNull(events.fault());
    }

    @Test
    void anErrorMessageBecomesOneToo() {
        byte[] message = Frames.message(
                Frames.headers("error", ":error-code", "InternalFailure", ":error-message", "It broke."), "");
        feed(message, 0, message.length);
        assertTrue(read.toString().contains("\"type\":\"api_error\",\"message\":\"It broke.\""), read.toString());
    }

    @Test
    void eventsThatAreNotKnownArePassedOver() {
        byte[] message = Frames.message(Frames.headers("event", ":event-type", "initial-response"), "{}");
        feed(message, 0, message.length);
        feed(STREAM, 0, STREAM.length);
        assertEquals(EVENTS, read.toString());
    }

    @Test
    void lineEndsInAChunkCannotMakeAnEventOfTheirOwn() {
        String event = "{\n\"type\":\"ping\",\r\n\r\n\"a\":1}\n\nevent: message_stop\ndata: {}";
        byte[] message = Frames.chunk(event);
        feed(message, 0, message.length);
        assertEquals(
                "event: ping\ndata: { \"type\":\"ping\",    \"a\":1}  event: message_stop data: {}\n\n",
                read.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"bytes\":\"%%%\"}",
                "{\"bytes\":7}",
                "{}",
                "[]",
                "{\"bytes\":\"",
                "''",
                "{\"bytes\":\"e30=\"}", // {}
                "{\"bytes\":\"eyJ0eXBlIjoiYVxuYiJ9\"}", // {"type":"a\nb"}
            })
    void aChunkWithoutAnEventEndsTheStream(String payload) {
        byte[] message = Frames.message(Frames.headers("event", ":event-type", "chunk"), payload);
        feed(message, 0, message.length);
        assertEquals("", read.toString());
        assertTrue(fault().contains("a chunk holds no event"), fault());
    }

    @Test
    void aMessageWithoutATypeEndsTheStream() {
        byte[] message = Frames.message(Map.of("a", "b"), "{}");
        feed(message, 0, message.length);
        assertTrue(fault().contains("no known type"), fault());
    }

    private static String converse(byte[] stream) {
        BedrockEvents each = new BedrockEvents(new ConverseWording());
        String read = each.unframe(Buffer.buffer(stream)).toString();
        Throwable fault = each.fault();
        return fault == null ? read : read + fault.getMessage();
    }

    @Test
    void anEventOfConverseStandsUnderItsName() {
        assertEquals(
                "data: {\"metadata\":{ \"usage\": {}}}\n\n", converse(Frames.event("metadata", "{\n\"usage\":\r{}}")));
        assertEquals(
                "data: {\"error\":{\"type\":\"throttlingException\",\"message\":\"Wait.\"}}\n\n",
                converse(Frames.exception("throttlingException", "{\"message\":\"Wait.\"}")));
    }

    @ParameterizedTest
    @CsvSource({"a7, a", "'x\"y', b", "error, c", "'a b', d"})
    void anEventOfConverseWithoutANameIsAFault(String type, String text) {
        String read = converse(Frames.event(type, "{\"text\":\"" + text + "\"}"));
        assertEquals("Bedrock's event stream: an event has no name", read);
    }
}
