package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a stream of which the end has come and must not be sent: what a client gets instead tells it that the answer has failed, and has
 * nothing that makes it look finished.
 *
 * <ul>
 *   <li>The error event of each dialect ({@link ErrorBodies#event}).
 *   <li>Responses: {@code response.failed} after it, where what is held tells of which response. Some clients know the one, some the
 *       other.
 *   <li>Gemini's stream as a JSON array: the error as its last element, and the bracket that closes it.
 * </ul>
 */
public final class StreamFailure {
    private StreamFailure() {}

    /**
     * The bytes for a client of server-sent events, after a whole event or none.
     *
     * @param operation the client's
     * @param held what would have ended the stream: whole events, or nothing
     * @param message for people, without secrets
     */
    public static byte[] events(Operation operation, byte[] held, ErrorKind kind, String message, String requestId) {
        return operation == Operation.RESPONSES
                ? responses(StreamTruncation.events(held, 0, held.length), kind, message)
                : ErrorBodies.event(operation, kind, message, requestId);
    }

    private static byte[] responses(List<Json.Obj> held, ErrorKind kind, String message) {
        long place = held.isEmpty() ? 0 : StreamTruncation.number(held.getFirst(), "sequence_number", 0);
        byte[] error = ErrorBodies.responsesEvent(kind, message, Math.toIntExact(place));
        Json.Obj response = response(held);
        return response == null
                ? error
                : new JsonBytes()
                        .outside(error)
                        .outside(failed(response, kind, message, place + 1))
                        .toBytes();
    }

    private static Json.@Nullable Obj response(List<Json.Obj> held) {
        return held.stream()
                .map(event -> event.get("response"))
                .filter(Json.Obj.class::isInstance)
                .map(Json.Obj.class::cast)
                .findFirst()
                .orElse(null);
    }

    /** Without the output: the events before it had that. */
    private static byte[] failed(Json.Obj response, ErrorKind kind, String message, long place) {
        JsonBytes out = new JsonBytes();
        out.beginEvent("response.failed").beginObject().field("type", "response.failed");
        out.field("sequence_number", place).name("response").beginObject();
        for (Json.Member member : response) {
            switch (member.name()) {
                case "status", "error", "incomplete_details", "output" -> {}
                default -> out.field(member.name(), member.value());
            }
        }
        out.field("status", "failed").name("error").beginObject();
        out.field("code", kind.openAiType()).field("message", message).endObject();
        out.name("incomplete_details").nothing().name("output").beginArray().endArray();
        return out.endObject().endObject().endEvent().toBytes();
    }

    /**
     * The bytes for a client of Gemini's that takes the stream as a JSON array, after a whole element or none.
     *
     * @param begun whether any bytes have gone before
     */
    public static byte[] element(boolean begun, ErrorKind kind, String message, String requestId) {
        ByteArrayOutputStream end = new ByteArrayOutputStream();
        end.writeBytes((begun ? ",\r\n" : "[").getBytes(US_ASCII));
        end.writeBytes(ErrorBodies.write(Dialect.GEMINI, kind, message, requestId));
        end.write(']');
        return end.toByteArray();
    }
}
