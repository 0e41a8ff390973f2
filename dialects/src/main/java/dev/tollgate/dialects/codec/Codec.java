package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Protocol;
import java.util.function.Function;

/** All that one protocol brings. A client's side uses the first and the writers of answers, a provider's side the others. */
public record Codec(
        Protocol protocol,
        RequestReader requestReader,
        RequestWriter requestWriter,
        WholeReader wholeReader,
        WholeWriter wholeWriter,
        Function<Exchange, EventReader> eventReader,
        Function<Exchange, EventWriter> eventWriter,
        ErrorReader errorReader) {

    /** The provider's side of it. */
    public ProviderCodec provider() {
        return new ProviderCodec(protocol, requestWriter, wholeReader, eventReader, errorReader);
    }
}
