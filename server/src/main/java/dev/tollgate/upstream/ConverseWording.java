package dev.tollgate.upstream;

import dev.tollgate.dialects.json.JsonBytes;
import io.vertx.core.buffer.Buffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * ConverseStream's messages as server-sent events that hold the union of them all, as {@link dev.tollgate.dialects.converse} reads
 * it (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html">ConverseStreamOutput</a>).
 */
final class ConverseWording implements BedrockEvents.Wording {
    private static final Pattern EVENT_NAME = Pattern.compile("[A-Za-z]{1,64}");

    @Override
    public @Nullable String event(String type, byte[] payload, Buffer events) {
        if (!EVENT_NAME.matcher(type).matches() || type.equals("error")) { // which is this class's own word
            return "an event has no name";
        }
        JsonBytes event = new JsonBytes(payload.length + 64).beginEvent().beginObject();
        event.name(type).outside(BedrockEvents.oneLine(payload)).endObject().endEvent();
        events.appendBytes(event.toBytes());
        return null;
    }

    @Override
    public void error(String type, String message, Buffer events) {
        JsonBytes event =
                new JsonBytes().beginEvent().beginObject().name("error").beginObject();
        event.field("type", type)
                .field("message", message)
                .endObject()
                .endObject()
                .endEvent();
        events.appendBytes(event.toBytes());
    }
}
