package dev.tollgate.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.converse.BedrockErrors;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * InvokeModel's stream as Anthropic's server-sent events (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html">ResponseStream</a>): each chunk
 * holds one of them, base64 in JSON. An exception becomes the in-band error that a client of Anthropic knows.
 */
final class MessagesWording implements BedrockEvents.Wording {
    private static final Pattern EVENT_NAME = Pattern.compile("[a-z_]{1,64}");
    private static final byte[] EVENT = "event: ".getBytes(US_ASCII);
    private static final byte[] DATA = "\ndata: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);

    private final String requestId;

    /** @param requestId Bedrock's own, shown in errors */
    MessagesWording(String requestId) {
        this.requestId = requestId;
    }

    @Override
    public @Nullable String event(String type, byte[] payload, Buffer events) {
        if (!type.equals("chunk")) {
            return null;
        }
        try {
            byte[] event = Base64.getDecoder().decode(TopLevel.text(payload, "bytes"));
            String name = TopLevel.text(event, "type");
            if (EVENT_NAME.matcher(name).matches()) {
                events.appendBytes(EVENT).appendString(name).appendBytes(DATA);
                events.appendBytes(BedrockEvents.oneLine(event)).appendBytes(END);
                return null;
            }
        } catch (IllegalArgumentException e) { // no base64
            // told below; the cause could repeat a part of an answer
        }
        return "a chunk holds no event";
    }

    @Override
    public void error(String type, String message, Buffer events) {
        events.appendBytes(ErrorBodies.event(Operation.MESSAGES, BedrockErrors.kind(type), message, requestId));
    }
}
