package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.StreamConversion;
import dev.tollgate.dialects.embeddings.EmbeddingConversion;
import java.util.List;
import java.util.stream.Collectors;

/** How one attempt was said to its provider, and so how its answer is to be read. */
sealed interface Translation {
    /** The endpoint at the provider; usage is read as that endpoint says it. */
    Operation operation();

    /** The request's fields that were left out, for {@code x-tollgate-dropped}; empty if there are none. */
    String dropped();

    /**
     * The candidate speaks the caller's dialect: the bytes pass, but for splices.
     *
     * @param dropped what the provider would have refused, for {@code x-tollgate-dropped}; mostly empty
     */
    record Untouched(Operation operation, String dropped) implements Translation {}

    /** The candidate speaks another one: both ways are rewritten, and what that loses is listed. */
    sealed interface Rewritten extends Translation {
        int MOST_NAMED = 50;

        Losses lost();

        /** A whole answer in the caller's words. */
        Outcome<byte[]> answer(byte[] body);

        /** What the provider's error says. */
        ErrorReader.ProviderError readError(int status, byte[] body);

        /** What has been lost so far, one text each: {@code top_k: dropped: Chat Completions has no such setting}. */
        default List<String> losses() {
            return lost().list().stream().map(Rewritten::text).toList();
        }

        private static String text(Loss loss) {
            String where = loss.side() == Loss.Side.ANSWER ? "answer." : "";
            return where + Texts.shown(loss.at().field()) + ": dropped: " + loss.why();
        }

        @Override
        default String dropped() {
            // The names are the caller's own words: none may be more than a word of a header.
            return lost().requestFields().stream()
                    .limit(MOST_NAMED)
                    .map(Texts::shown)
                    .collect(Collectors.joining(", "));
        }
    }

    /**
     * A conversation.
     *
     * @param array whether the client takes a stream as a JSON array and not as server-sent events
     */
    record Converted(Operation operation, Conversion conversion, Exchange exchange, boolean array)
            implements Rewritten {
        StreamConversion stream() {
            return array ? conversion.array(exchange) : conversion.stream(exchange);
        }

        @Override
        public Losses lost() {
            return exchange.losses();
        }

        @Override
        public Outcome<byte[]> answer(byte[] body) {
            return conversion.answer(body, 0, body.length, exchange);
        }

        @Override
        public ErrorReader.ProviderError readError(int status, byte[] body) {
            return conversion.readError(status, body, 0, body.length);
        }
    }

    /** Texts for which vectors are asked. */
    record Embedded(Operation operation, EmbeddingConversion conversion, EmbeddingConversion.Exchange exchange)
            implements Rewritten {
        @Override
        public Losses lost() {
            return exchange.losses();
        }

        @Override
        public Outcome<byte[]> answer(byte[] body) {
            return conversion.answer(body, exchange);
        }

        @Override
        public ErrorReader.ProviderError readError(int status, byte[] body) {
            return conversion.readError(status, body);
        }
    }
}
