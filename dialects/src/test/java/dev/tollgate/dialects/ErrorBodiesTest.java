package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorBodiesTest {
    @Test
    void anthropicsShape() {
        assertEquals(
                "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"No \\\"x\\\"\\nhere\"},\"request_id\":\"req_1\"}",
                write(Dialect.ANTHROPIC, ErrorKind.NOT_FOUND, "No \"x\"\nhere"));
    }

    @Test
    void openAisShape() {
        assertEquals(
                "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}",
                write(Dialect.OPENAI, ErrorKind.AUTHENTICATION, "m"));
        assertEquals(
                "{\"error\":{\"message\":\"m\",\"type\":\"server_error\",\"param\":null,\"code\":null}}",
                write(Dialect.OPENAI, ErrorKind.API_ERROR, "m"));
    }

    @Test
    void geminisShape() {
        assertEquals(
                "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
                write(Dialect.GEMINI, ErrorKind.RATE_LIMIT, "m"));
    }

    @Test
    void geminisClientsTryAgainAfterAnOverload() {
        assertEquals(
                "{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}",
                write(Dialect.GEMINI, ErrorKind.OVERLOADED, "m"));
    }

    @Test
    void aPromptThatIsTooLongIsToldInEachVendorsWords() {
        assertEquals(
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: m\"},"
                        + "\"request_id\":\"req_1\"}",
                write(Dialect.ANTHROPIC, ErrorKind.CONTEXT_LENGTH, "m"));
        String said = "prompt is too long: 9 tokens > 8 maximum";
        assertTrue(write(Dialect.ANTHROPIC, ErrorKind.CONTEXT_LENGTH, said).contains("\"" + said + "\""));
        assertTrue(write(Dialect.OPENAI, ErrorKind.CONTEXT_LENGTH, "m").contains("\"context_length_exceeded\""));
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, invalid_request_error",
        "AUTHENTICATION, 401, authentication_error",
        "BILLING, 402, billing_error",
        "PERMISSION, 403, permission_error",
        "NOT_FOUND, 404, not_found_error",
        "CONFLICT, 409, conflict_error",
        "REQUEST_TOO_LARGE, 413, request_too_large",
        "RATE_LIMIT, 429, rate_limit_error",
        "API_ERROR, 500, api_error",
        "TIMEOUT, 504, timeout_error",
        "OVERLOADED, 529, overloaded_error",
    })
    void anthropicsDocumentedStatusesHaveTheirTypes(ErrorKind kind, int status, String type) {
        assertEquals(status, kind.status());
        assertTrue(write(Dialect.ANTHROPIC, kind, "m").contains("\"error\":{\"type\":\"" + type + "\""));
    }

    @Test
    void halfASurrogatePairIsReplaced() {
        for (Dialect dialect : Dialect.values()) {
            assertTrue(write(dialect, ErrorKind.API_ERROR, "a\uD800b").contains("a?b"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MESSAGES", "CHAT_COMPLETIONS", "RESPONSES", "STREAM_GENERATE_CONTENT"})
    void theEventFormIsAnErrorToOurOwnReader(Operation operation) {
        byte[] event = ErrorBodies.event(operation, ErrorKind.OVERLOADED, "line\nbreak", "req_1");
        StreamReader reader = new StreamReader(operation, false);
        Recorder sink = new Recorder();
        reader.feed(event, 0, event.length, sink);
        assertTrue(reader.failed());
        assertEquals(1, sink.calls);
        assertTrue(new String(event, UTF_8).endsWith("}\n\n"));
    }

    private static String write(Dialect dialect, ErrorKind kind, String message) {
        return new String(ErrorBodies.write(dialect, kind, message, "req_1"), UTF_8);
    }
}
