package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client gets in place of an end that is withheld. */
class StreamFailureTest {
    private static final String COMPLETED = """
            event: response.completed
            data: {"type":"response.completed","sequence_number":7,"response":{"id":"resp_1","object":"response",\
            "status":"completed","error":null,"output":[{"type":"message"}],"usage":{"input_tokens":3}}}

            """;

    private static byte[] instead(Operation operation, String held) {
        return StreamFailure.events(operation, held.getBytes(UTF_8), ErrorKind.UNAVAILABLE, "Withheld.", "req_1");
    }

    /** After what has gone, and in place of what is held. */
    @ParameterizedTest
    @EnumSource(
            value = GoldenStream.class,
            names = {"ANTHROPIC_THINKING_TOOLS", "CHAT_USAGE", "RESPONSES_SEARCH", "GEMINI_THINKING"})
    void aStreamThatEndsSoHasFailedToAReader(GoldenStream golden) {
        Recorder sink = new Recorder();
        sink.read(golden.operation, false, new String(golden.bytes(), UTF_8));
        String end = new String(instead(golden.operation, sink.heldText()), UTF_8);
        assertFalse(end.contains(golden.terminalEvent), end);
        assertTrue(end.contains("Withheld."), end);
        StreamReader reader = new Recorder().read(golden.operation, false, sink.forwardedText() + end);
        assertTrue(reader.failed());
        assertEquals(
                golden.operation == Operation.RESPONSES, reader.complete(), "response.failed is an end of its own");
    }

    @Test
    void responsesSayItTwiceForSomeClientsKnowTheOneAndSomeTheOther() {
        String end = new String(instead(Operation.RESPONSES, COMPLETED), UTF_8);
        assertEquals("""
                event: error
                data: {"type":"error","code":"service_unavailable","message":"Withheld.","param":null,"sequence_number":7}

                event: response.failed
                data: {"type":"response.failed","sequence_number":8,"response":{"id":"resp_1","object":"response",\
                "usage":{"input_tokens":3},"status":"failed","error":{"code":"server_error","message":"Withheld."},\
                "incomplete_details":null,"output":[]}}

                """, end);
    }

    @ParameterizedTest
    @CsvSource({"''", "'data: {\"type\":\"other\"}\n\n'", "'data: no JSON\n\n'"})
    void whereNoResponseIsHeldTheErrorAloneIsSaid(String held) {
        assertArrayEquals(
                ErrorBodies.event(Operation.RESPONSES, ErrorKind.UNAVAILABLE, "Withheld.", "req_1"),
                instead(Operation.RESPONSES, held));
    }

    @Test
    void anArrayIsClosedByTheErrorAsItsLastElement() {
        byte[] first = StreamFailure.element(false, ErrorKind.UNAVAILABLE, "Withheld.", "req_1");
        String later =
                "[{\"candidates\":[]}" + text(StreamFailure.element(true, ErrorKind.UNAVAILABLE, "Withheld.", "req_1"));
        assertEquals(1, items(text(first)).size());
        List<Json> items = items(later);
        assertEquals(2, items.size());
        Json.Obj error = assertInstanceOf(
                Json.Obj.class,
                assertInstanceOf(Json.Obj.class, items.getLast()).get("error"));
        assertEquals(
                "Withheld.",
                assertInstanceOf(Json.Text.class, error.get("message")).string());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private static List<Json> items(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return assertInstanceOf(
                        Json.Arr.class,
                        assertInstanceOf(ParsedJson.Whole.class, Json.parse(bytes, 0, bytes.length))
                                .value())
                .items();
    }
}
