package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContextLengthTest {
    private static Codec codec(String name) {
        return switch (name) {
            case "messages" -> MessagesCodec.codec();
            case "chat" -> ChatCodec.codec();
            case "responses" -> ResponsesCodec.codec();
            default -> GeminiCodec.codec();
        };
    }

    private static String converted(Codec client, Codec provider, String error) {
        Conversion conversion = new Conversion(client, provider);
        byte[] body = error.getBytes(UTF_8);
        ProviderError read = conversion.readError(400, body, 0, body.length);
        assertEquals(ErrorKind.CONTEXT_LENGTH, read.kind());
        return new String(conversion.error(read, "req_1"), UTF_8);
    }

    /** The words are the vendors' own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat|{\"error\":{\"message\":\"This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens.\",\"type\":\"invalid_request_error\",\"param\":\"messages\",\"code\":\"context_length_exceeded\"}}",
                "responses|{\"error\":{\"message\":\"Your input exceeds the context window of this model. Please adjust your input and try again.\",\"type\":\"invalid_request_error\",\"param\":\"input\",\"code\":\"context_length_exceeded\"}}",
                "gemini|{\"error\":{\"code\":400,\"message\":\"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).\",\"status\":\"INVALID_ARGUMENT\"}}"
            })
    void anAgentOfAnthropicsIsToldInTheWordsThatItShortensAt(String provider, String error) {
        String said = converted(MessagesCodec.codec(), codec(provider), error);
        assertTrue(said.contains("\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: "), said);
    }

    @Test
    void aClientOfOpenAisIsToldByTheCode() {
        String said = converted(
                ChatCodec.codec(),
                MessagesCodec.codec(),
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 210000"
                        + " tokens > 200000 maximum\"}}");
        assertTrue(said.contains("\"code\":\"context_length_exceeded\""), said);
        assertTrue(said.contains("\"message\":\"prompt is too long: 210000 tokens"), said);
    }

    @Test
    void anotherErrorStaysWhatItIs() {
        ProviderError other = new ProviderError(ErrorKind.INVALID_REQUEST, "temperature: too high");
        assertEquals(other, ContextLength.recognized(other));
        ProviderError fault = new ProviderError(ErrorKind.API_ERROR, "the prompt is too long for our cache");
        assertEquals(fault, ContextLength.recognized(fault));
    }
}
