package dev.tollgate.gateway;

import dev.tollgate.routing.Hop;
import dev.tollgate.upstream.Answer;
import dev.tollgate.upstream.Attempt;
import dev.tollgate.upstream.Outbound;
import dev.tollgate.upstream.ProviderClient;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests to providers for code that waits. They run on one event loop; whoever asks must be on a thread of its own. */
public final class Errands {
    private static final Logger LOG = LoggerFactory.getLogger(Errands.class);
    /** A message of a hundred thousand tokens is half a megabyte. */
    private static final int LONGEST_LINE = 16 * 1024 * 1024;

    private final Context context;
    private final BodyRoom room;
    private final CompletableFuture<ProviderClient> client = new CompletableFuture<>();

    /**
     * Errands that run on that context's loop.
     *
     * @param make a client; called on the loop
     */
    public Errands(Context context, Supplier<ProviderClient> make, BodyRoom room) {
        this.context = context;
        this.room = room;
        context.runOnContext(v -> client.complete(make.get()));
    }

    /** What came of asking. */
    sealed interface Got {
        /** An answer of any status. */
        @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
        record Said(int status, MultiMap headers, byte[] body) implements Got {
            boolean isGood() {
                return status >= 200 && status < 300;
            }
        }

        /** None. */
        record Nothing(Answer.Reason reason) implements Got {
            /** Whether the provider may have taken the request all the same. */
            boolean mayBeTaken() {
                return switch (reason) {
                    case RESET, TIMEOUT -> true;
                    case FORBIDDEN_ADDRESS, NOT_SENDABLE, NO_TOKEN, CONNECT -> false;
                };
            }
        }

        /**
         * One that has begun and could not be read to its end.
         *
         * @param why half a sentence
         */
        record Unreadable(int status, String why) implements Got {}
    }

    Got ask(Hop hop, Outbound outbound) {
        return send(hop, outbound, this::collect);
    }

    /** The same, but a good answer is given line by line, on the event loop, and its body is empty then. */
    Got lines(Hop hop, Outbound outbound, Consumer<byte[]> line) {
        return send(hop, outbound, (response, attempt, got) -> {
            if (response.statusCode() < 200 || response.statusCode() >= 300) {
                collect(response, attempt, got);
            } else {
                new Lines(response, attempt, got, line).read();
            }
        });
    }

    @FunctionalInterface
    private interface Taker {
        void take(HttpClientResponse response, Attempt attempt, CompletableFuture<Got> got);
    }

    private Got send(Hop hop, Outbound outbound, Taker taker) {
        CompletableFuture<Got> got = new CompletableFuture<>();
        context.runOnContext(v -> {
            Attempt attempt = new Attempt();
            client.join().send(hop, outbound, attempt).onSuccess(answer -> {
                switch (answer) {
                    case Answer.Streaming(var response, var _) -> taker.take(response, attempt, got);
                    case Answer.Complete(var response) -> taker.take(response, attempt, got);
                    case Answer.Refused(var response, var _, var _) -> taker.take(response, attempt, got);
                    case Answer.Unauthorized unauthorized -> got.complete(new Got.Nothing(Answer.Reason.NO_TOKEN));
                    case Answer.Unreachable(var reason, var _) -> got.complete(new Got.Nothing(reason));
                }
            });
        });
        return got.join();
    }

    private void collect(HttpClientResponse response, Attempt attempt, CompletableFuture<Got> got) {
        collect(response, attempt, got::complete);
    }

    /** Reads an answer to its end, on whichever loop it comes. */
    void collect(HttpClientResponse response, Attempt attempt, Consumer<Got> then) {
        Collector.collect(response, room, attempt::alive, outcome -> {
            int status = response.statusCode();
            switch (outcome) {
                case Collector.Outcome.Whole(byte[] body) -> {
                    room.give(body.length); // these answers are small, and gone in a moment
                    then.accept(new Got.Said(status, response.headers(), body));
                }
                case Collector.Outcome.TooLarge large -> unread(attempt, then, status, "it is larger than 32 MiB");
                case Collector.Outcome.NoRoom full -> unread(attempt, then, status, "too many are under way");
                case Collector.Outcome.Broken broken -> unread(attempt, then, status, "it broke off");
            }
        });
    }

    private static void unread(Attempt attempt, Consumer<Got> then, int status, String why) {
        then.accept(new Got.Unreadable(status, why));
        attempt.cancel();
    }

    /** One answer's lines. */
    private static final class Lines {
        private final HttpClientResponse response;
        private final Attempt attempt;
        private final CompletableFuture<Got> got;
        private final Consumer<byte[]> line;
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

        Lines(HttpClientResponse response, Attempt attempt, CompletableFuture<Got> got, Consumer<byte[]> line) {
            this.response = response;
            this.attempt = attempt;
            this.got = got;
            this.line = line;
        }

        void read() {
            String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
            if (encoding != null && !"identity".equalsIgnoreCase(encoding)) {
                unread("it is compressed, though asked not to be");
                return;
            }
            response.exceptionHandler(cause -> unread("it broke off"));
            response.handler(this::piece);
            response.endHandler(end -> {
                end();
                got.complete(new Got.Said(response.statusCode(), response.headers(), new byte[0]));
            });
            response.resume();
        }

        private void piece(Buffer piece) {
            if (got.isDone()) {
                return;
            }
            attempt.alive();
            byte[] bytes = piece.getBytes();
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    begun.write(bytes, from, i - from);
                    end();
                    from = i + 1;
                }
            }
            begun.write(bytes, from, bytes.length - from);
            if (begun.size() > LONGEST_LINE) {
                unread("a line is longer than 16 MiB");
            }
        }

        private void end() {
            if (begun.size() == 0 || got.isDone()) {
                return;
            }
            try {
                line.accept(begun.toByteArray());
            } catch (RuntimeException e) { // else nobody would ever be told
                LOG.error("A line of an answer could not be read", e);
                unread("a line of it could not be read");
            }
            begun.reset();
        }

        private void unread(String why) {
            Errands.unread(attempt, got::complete, response.statusCode(), why);
        }
    }
}
