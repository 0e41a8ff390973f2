package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.KeptAnswer;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.gateway.Stages.Replied;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.UsageSource;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of one answer as its client gets them, until it is known whether they may be kept: only a whole answer with an end of its
 * own, which the provider has metered and the ledger has. One event loop only.
 */
final class Recording {
    private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

    /** It is read once more on the event loop, to see how it ends. */
    private static final long MOST_BYTES = 1 << 20;

    private final AnswerCache cache;
    private final NormalEnd normalEnd;
    private final BodyRoom bodies;
    private final Permitted asked;
    private final CacheKey key;
    private final long maxAgeSeconds;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean over;
    private @Nullable Replied replied;

    Recording(
            AnswerCache cache,
            NormalEnd normalEnd,
            BodyRoom bodies,
            Permitted asked,
            CacheKey key,
            long maxAgeSeconds) {
        this.cache = cache;
        this.normalEnd = normalEnd;
        this.bodies = bodies;
        this.asked = asked;
        this.key = key;
        this.maxAgeSeconds = maxAgeSeconds;
    }

    /** The next bytes for the client. */
    void add(byte[] from, int offset, int length) {
        if (over) {
            return;
        }
        if (length > Math.min(cache.largestBytes(), MOST_BYTES) - bytes.size() || !bodies.take(length)) {
            discard();
        } else {
            bytes.write(from, offset, length);
        }
    }

    /** The call is about to be settled so. */
    void ended(Replied end, Outcome outcome, int status, Charge charge) {
        // What a budget has shortened or led elsewhere is not what the next caller would get.
        boolean asAsked = isAsAsked(end.routed().reserved().permitted());
        boolean metered =
                charge instanceof Charge.Metered(var tokens, UsageSource source, var priced, var cost, var discount)
                        && source == UsageSource.REPORTED
                        && tokens.webSearches() == 0;
        if (asAsked && metered && outcome == Outcome.OK && status == 200) {
            replied = end;
        }
    }

    private boolean isAsAsked(Permitted sent) {
        boolean bounded = sent.bounds().outputTokens() < asked.bounds().outputTokens();
        return !bounded && sent.candidates().equals(asked.candidates());
    }

    /** The call is settled; kept is what is durable, and good. */
    void close(boolean durable) {
        Replied end = replied;
        if (!over && end != null && durable) {
            try {
                keep(end, bytes.toByteArray());
            } catch (Throwable e) { // errors, too: the client waits for its answer, whatever becomes of the copy
                LOG.error(
                        "The answer to call {} could not be kept", end.inbound().requestId(), e);
            }
        }
        discard();
    }

    private void keep(Replied end, byte[] body) {
        if (normalEnd.is(asked, body)) {
            KeptAnswer answer = new KeptAnswer(
                    body,
                    Relay.contentType(end),
                    end.translation().dropped(),
                    end.hop().candidate().provider().name(),
                    end.hop().candidate().model(),
                    end.inbound().requestId());
            cache.keep(key, answer, maxAgeSeconds);
        }
    }

    private void discard() {
        if (!over) {
            over = true;
            bodies.give(bytes.size());
            bytes.reset();
        }
    }
}
