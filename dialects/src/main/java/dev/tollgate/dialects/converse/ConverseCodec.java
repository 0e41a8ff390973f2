package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.codec.ProviderCodec;
import dev.tollgate.dialects.conversation.Protocol;

/** Writes requests of Amazon Bedrock's Converse and reads its answers. */
public final class ConverseCodec {
    private static final ProviderCodec CODEC = new ProviderCodec(
            Protocol.CONVERSE,
            new ConverseRequestWriter(),
            new ConverseWholeReader(),
            ConverseEventReader::new,
            new ConverseErrorReader());

    private ConverseCodec() {}

    public static ProviderCodec codec() {
        return CODEC;
    }
}
