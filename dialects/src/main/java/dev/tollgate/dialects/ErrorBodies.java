package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * Errors in each vendor's exact JSON shape: <a href="https://platform.claude.com/docs/en/api/errors">Anthropic</a>, <a
 * href="https://platform.openai.com/docs/guides/error-codes">OpenAI</a>, <a
 * href="https://cloud.google.com/apis/design/errors#error_model">Google</a>, <a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors">Bedrock</a>.
 */
public final class ErrorBodies {
    private static final String TOO_LONG = "prompt is too long";

    private ErrorBodies() {}

    /**
     * The body of an error response.
     *
     * @param message for people: what is wrong and what cures it; no secret
     * @param requestId shown by Anthropic's shape; the others have it in a header only
     */
    public static byte[] write(Dialect dialect, ErrorKind kind, String message, String requestId) {
        return write(dialect, kind, message, requestId, 0);
    }

    /**
     * The body of an error response after which a client may come back. Google says so in the body (<a
     * href="https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto">google.rpc.RetryInfo</a>), the others
     * in a header only.
     *
     * @param retryAfterSeconds 0 where that is not known
     */
    public static byte[] write(
            Dialect dialect, ErrorKind kind, String message, String requestId, long retryAfterSeconds) {
        return JsonWriter.object(
                switch (dialect) {
                    case ANTHROPIC -> anthropic(kind, message, requestId);
                    case OPENAI -> openAi(kind, message);
                    case GEMINI -> gemini(kind, message, retryAfterSeconds);
                    case CONVERSE -> json -> json.writeStringProperty("message", JsonWriter.encodable(message));
                });
    }

    /**
     * The same error as the event that ends a stream which has begun: the status has left, so the dialect's in-band form is all
     * that a client can be told.
     */
    public static byte[] event(Operation operation, ErrorKind kind, String message, String requestId) {
        return switch (operation.dialect()) {
            case ANTHROPIC -> frame("event: error\n", write(Dialect.ANTHROPIC, kind, message, requestId));
            case OPENAI ->
                operation == Operation.RESPONSES
                        // Its place is not known here; clients order by arrival.
                        ? responsesEvent(kind, message, 0)
                        : frame("", write(Dialect.OPENAI, kind, message, requestId));
            case GEMINI, CONVERSE -> frame("", write(operation.dialect(), kind, message, requestId));
        };
    }

    /** The error event of OpenAI's Responses at its place in the stream. */
    public static byte[] responsesEvent(ErrorKind kind, String message, int sequenceNumber) {
        return frame("event: error\n", JsonWriter.object(responses(kind, message, sequenceNumber)));
    }

    private static Consumer<JsonGenerator> anthropic(ErrorKind kind, String message, String requestId) {
        return json -> {
            json.writeStringProperty("type", "error");
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("type", kind.anthropicType());
            json.writeStringProperty("message", JsonWriter.encodable(anthropicMessage(kind, message)));
            json.writeEndObject();
            json.writeStringProperty("request_id", JsonWriter.encodable(requestId));
        };
    }

    /** Claude Code knows by these words that the conversation is to be compacted. */
    private static String anthropicMessage(ErrorKind kind, String message) {
        boolean unsaid = kind == ErrorKind.CONTEXT_LENGTH && !message.startsWith(TOO_LONG);
        return unsaid ? TOO_LONG + ": " + message : message;
    }

    private static Consumer<JsonGenerator> openAi(ErrorKind kind, String message) {
        return json -> {
            json.writeObjectPropertyStart("error");
            json.writeStringProperty("message", JsonWriter.encodable(message));
            json.writeStringProperty("type", kind.openAiType());
            json.writeNullProperty("param");
            json.writeStringProperty("code", kind.openAiCode());
            json.writeEndObject();
        };
    }

    private static Consumer<JsonGenerator> responses(ErrorKind kind, String message, int sequenceNumber) {
        return json -> {
            json.writeStringProperty("type", "error");
            json.writeStringProperty("code", kind.openAiCode() == null ? kind.openAiType() : kind.openAiCode());
            json.writeStringProperty("message", JsonWriter.encodable(message));
            json.writeNullProperty("param");
            json.writeNumberProperty("sequence_number", sequenceNumber);
        };
    }

    private static Consumer<JsonGenerator> gemini(ErrorKind kind, String message, long retryAfterSeconds) {
        return json -> {
            json.writeObjectPropertyStart("error");
            json.writeNumberProperty("code", kind.status(Dialect.GEMINI));
            json.writeStringProperty("message", JsonWriter.encodable(message));
            json.writeStringProperty("status", kind.geminiStatus());
            if (retryAfterSeconds > 0) {
                json.writeArrayPropertyStart("details");
                json.writeStartObject();
                json.writeStringProperty("@type", "type.googleapis.com/google.rpc.RetryInfo");
                json.writeStringProperty("retryDelay", retryAfterSeconds + "s");
                json.writeEndObject();
                json.writeEndArray();
            }
            json.writeEndObject();
        };
    }

    private static byte[] frame(String eventLine, byte[] data) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(data.length + 32);
        event.writeBytes((eventLine + "data: ").getBytes(US_ASCII));
        event.writeBytes(data);
        event.writeBytes("\n\n".getBytes(US_ASCII));
        return event.toByteArray();
    }
}
