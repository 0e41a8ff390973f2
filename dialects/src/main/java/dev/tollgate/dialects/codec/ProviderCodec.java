package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Protocol;
import java.util.function.Function;

/** What a protocol brings in which a provider is spoken to: all that Converse has, which no client speaks to the gate. */
public record ProviderCodec(
        Protocol protocol,
        RequestWriter requestWriter,
        WholeReader wholeReader,
        Function<Exchange, EventReader> eventReader,
        ErrorReader errorReader) {}
