package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;

/** Reads and writes Anthropic's Messages. */
public final class MessagesCodec {
    private static final Codec CODEC = new Codec(
            Protocol.MESSAGES,
            new MessagesRequestReader(),
            new MessagesRequestWriter(),
            new MessagesWholeReader(),
            new MessagesWholeWriter(),
            MessagesEventReader::new,
            MessagesEventWriter::new,
            new MessagesErrorReader());

    private MessagesCodec() {}

    public static Codec codec() {
        return CODEC;
    }
}
