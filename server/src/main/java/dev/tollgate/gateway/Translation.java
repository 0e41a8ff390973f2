package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Conversion;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Loss;
import dev.tollgate.dialects.codec.StreamConversion;
import java.util.List;

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

    /**
     * The candidate speaks another one: both ways are rewritten, and what that loses is listed.
     *
     * @param array whether the client takes a stream as a JSON array and not as server-sent events
     */
    record Converted(Operation operation, Conversion conversion, Exchange exchange, boolean array)
            implements Translation {
        StreamConversion stream() {
            return array ? conversion.array(exchange) : conversion.stream(exchange);
        }

        /** What has been lost so far, one text each: {@code top_k: dropped: Chat Completions has no such setting}. */
        List<String> losses() {
            return exchange.losses().list().stream().map(Converted::text).toList();
        }

        private static String text(Loss loss) {
            String where = loss.side() == Loss.Side.ANSWER ? "answer." : "";
            return where + loss.at().field() + ": dropped: " + loss.why();
        }

        @Override
        public String dropped() {
            return String.join(", ", exchange.losses().requestFields());
        }
    }
}
