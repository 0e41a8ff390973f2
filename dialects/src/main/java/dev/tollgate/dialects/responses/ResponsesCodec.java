package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Codec;
import dev.tollgate.dialects.conversation.Protocol;

/** OpenAI's Responses, read and written. */
public final class ResponsesCodec {
    private static final Codec CODEC = new Codec(
            Protocol.RESPONSES,
            new ResponsesRequestReader(),
            new ResponsesRequestWriter(),
            new AnswerReader(),
            new AnswerWriter(),
            ResponsesEventReader::new,
            ResponsesEventWriter::new,
            new ResponsesErrorReader());

    private ResponsesCodec() {}

    public static Codec codec() {
        return CODEC;
    }
}
