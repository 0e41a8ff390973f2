package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.bytes;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import org.junit.jupiter.api.Test;

class ChatErrorReaderTest {
    private static ProviderError read(int status, String body) {
        byte[] bytes = bytes(body);
        return ChatKit.CODEC.errorReader().read(status, bytes, 0, bytes.length);
    }

    @Test
    void theProvidersMessageIsKeptAndTheStatusDecides() {
        assertEquals(
                new ProviderError(
                        ErrorKind.RATE_LIMIT,
                        "Rate limit reached for gpt-5.6-luna on requests per min (RPM): Limit 500, Used 500, Requested 1."),
                read(429, new String(ChatKit.golden("error/chat.error.json"), UTF_8)));
        assertEquals(
                ErrorKind.RATE_LIMIT,
                read(429, "{\"error\":{\"message\":\"m\",\"type\":\"requests\"}}")
                        .kind());
        assertEquals(
                ErrorKind.BILLING,
                read(429, "{\"error\":{\"message\":\"m\",\"code\":\"insufficient_quota\"}}")
                        .kind());
        assertEquals(
                ErrorKind.UNAVAILABLE,
                read(503, "{\"error\":{\"message\":\"m\"}}").kind());
        assertEquals(ErrorKind.INVALID_REQUEST, read(422, "{}").kind());
        assertEquals(ErrorKind.API_ERROR, read(599, "{}").kind());
    }

    @Test
    void aPromptBeyondTheModelsWindowIsToldByCodeTypeOrWords() {
        assertEquals(
                ErrorKind.CONTEXT_LENGTH,
                read(400, new String(ChatKit.golden("context-length/chat.error.json"), UTF_8))
                        .kind());
        assertEquals(
                ErrorKind.CONTEXT_LENGTH,
                read(400, "{\"error\":{\"message\":\"m\",\"type\":\"exceed_context_size_error\"}}")
                        .kind());
        assertEquals(
                ErrorKind.CONTEXT_LENGTH,
                read(
                                400,
                                "{\"message\":\"Requested token count exceeds the model's maximum context length of 9 tokens.\"}")
                        .kind());
        assertEquals(
                ErrorKind.RATE_LIMIT,
                read(429, "{\"error\":{\"message\":\"Wait, or keep to the maximum context length.\"}}")
                        .kind());
    }

    @Test
    void theShapesOfCompatibleServersAreRead() {
        assertEquals("m", read(404, "{\"error\":\"m\"}").message());
        assertEquals(
                "m",
                read(404, "{\"object\":\"error\",\"message\":\"m\",\"code\":404}")
                        .message());
        assertEquals(
                "m", read(404, "[{\"error\":{\"message\":\"m\",\"code\":404}}]").message());
        assertEquals("m", read(404, "{\"detail\":\"m\"}").message());
    }

    @Test
    void whatIsNoErrorOfTheProtocolIsToldByItsStatus() {
        assertEquals(
                new ProviderError(ErrorKind.BAD_GATEWAY, "The provider answered with an error, status 502."),
                read(502, "<html>Bad gateway</html>"));
        assertEquals(
                "The provider answered with an error, status 500.",
                read(500, "").message());
    }

    @Test
    void withinAStreamTheCodeDecides() {
        assertEquals(
                ErrorKind.OVERLOADED,
                ChatErrorReader.read(0, ChatKit.json("{\"code\":\"overloaded\",\"type\":\"server_error\"}"))
                        .kind());
        assertEquals(
                ErrorKind.TIMEOUT,
                ChatErrorReader.read(0, ChatKit.json("{\"code\":504}")).kind());
        assertEquals(
                ErrorKind.API_ERROR,
                ChatErrorReader.read(0, ChatKit.json("\"m\"")).kind());
    }
}
