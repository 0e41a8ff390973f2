package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;

/** Chat Completions, read and written. */
public final class ChatCodec {
    private static final Codec CODEC = new Codec(
            Protocol.CHAT_COMPLETIONS,
            ChatRequestReader::read,
            ChatRequestWriter::write,
            ChatWholeReader::read,
            ChatWholeWriter::write,
            ChatEventReader::new,
            ChatEventWriter::new,
            ChatErrorReader::read);

    private ChatCodec() {}

    public static Codec codec() {
        return CODEC;
    }
}
