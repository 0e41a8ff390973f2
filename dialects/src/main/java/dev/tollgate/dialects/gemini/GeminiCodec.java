package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;

/**
 * {@code generateContent} and {@code streamGenerateContent}. A provider's stream is read as server-sent events ({@code alt=sse}) and
 * as one JSON array; a client's is always written as server-sent events.
 */
public final class GeminiCodec {
    private static final Codec CODEC = new Codec(
            Protocol.GENERATE_CONTENT,
            GeminiRequestReader::read,
            GeminiRequestWriter::write,
            GeminiWholeReader::read,
            GeminiWholeWriter::write,
            GeminiEventReader::new,
            GeminiEventWriter::new,
            GeminiErrorReader::read);

    private GeminiCodec() {}

    public static Codec codec() {
        return CODEC;
    }
}
