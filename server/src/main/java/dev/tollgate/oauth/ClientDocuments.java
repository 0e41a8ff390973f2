package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tollgate.oauth.ClientDocumentReader.Reading;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clients whose id is the https address of their own description (draft-ietf-oauth-client-id-metadata-document). What was
 * fetched is fresh for as long as its headers say, between five minutes and a day, and then asked for again. A known client
 * outlives an address that does not answer by six hours; one that its address no longer describes is none at once.
 */
final class ClientDocuments {
    /** As the draft advises (section 6.6). */
    static final int MOST_BYTES = 5 << 10;

    static final Duration STALE = Duration.ofHours(6);
    static final Duration AFTER_FAILURE = Duration.ofMinutes(1);
    private static final int MOST_KEPT = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(ClientDocuments.class);

    /**
     * What is known of an address.
     *
     * @param client null: none
     * @param freshUntilMillis when it is asked again
     * @param heldUntilMillis until when the client holds if there is no answer then
     */
    private record Kept(@Nullable Client client, long freshUntilMillis, long heldUntilMillis) {
        static Kept none(long untilMillis) {
            return new Kept(null, untilMillis, untilMillis);
        }
    }

    private final DocumentFetch fetch;
    private final FetchLimits limits;
    private final InstantSource clock;
    private final Cache<String, Kept> kept =
            Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
    private final ConcurrentMap<String, CompletableFuture<Kept>> underWay = new ConcurrentHashMap<>();

    ClientDocuments(DocumentFetch fetch, FetchLimits limits, InstantSource clock) {
        this.fetch = fetch;
        this.limits = limits;
        this.clock = clock;
    }

    /** The client of that id. Blocking where it is not fresh: one fetch at a time for each id, whose answer all wait for. */
    Optional<Client> find(String clientId) {
        URI address = ClientDocumentReader.address(clientId).orElse(null);
        if (address == null) {
            return Optional.empty();
        }
        Kept known = kept.getIfPresent(clientId);
        if (known == null || known.freshUntilMillis <= clock.millis()) {
            known = askOnce(clientId, address);
        }
        return Optional.ofNullable(known.client);
    }

    /** The client of that id, if it has been asked for before; asks nobody. */
    Optional<Client> known(String clientId) {
        Kept known = kept.getIfPresent(clientId);
        return known == null || known.heldUntilMillis <= clock.millis()
                ? Optional.empty()
                : Optional.ofNullable(known.client);
    }

    private Kept askOnce(String clientId, URI address) {
        CompletableFuture<Kept> own = new CompletableFuture<>();
        CompletableFuture<Kept> other = underWay.putIfAbsent(clientId, own);
        if (other != null) {
            return other.join();
        }
        own.completeAsync(() -> ask(clientId, address), Runnable::run);
        underWay.remove(clientId, own);
        return own.join();
    }

    private Kept ask(String clientId, URI address) {
        long now = clock.millis();
        Kept known = kept.getIfPresent(clientId);
        if (known != null && now < known.freshUntilMillis) {
            return known; // somebody else's answer came between
        }
        boolean isKnown = known != null && known.client != null;
        if (!limits.admits(address.getHost(), isKnown)) {
            if (limits.isTimeToTell()) {
                LOG.warn("Client documents are asked for too often: that of {} was not fetched", address.getHost());
            }
            // What is not known is not remembered as none: it may be had as soon as there is room.
            return isKnown ? keep(clientId, withoutAnswer(known, now)) : Kept.none(now);
        }
        return keep(
                clientId,
                switch (ClientDocumentReader.read(clientId, fetch.get(address, MOST_BYTES))) {
                    case Reading.Good(Client client, Duration freshFor) -> fresh(client, now + freshFor.toMillis());
                    case Reading.NoClient none -> Kept.none(now + AFTER_FAILURE.toMillis());
                    case Reading.Unsaid unsaid -> withoutAnswer(known, now);
                });
    }

    private Kept keep(String clientId, Kept next) {
        kept.put(clientId, next);
        return next;
    }

    private static Kept fresh(Client client, long untilMillis) {
        return new Kept(client, untilMillis, untilMillis + STALE.toMillis());
    }

    /** No answer is no word against a client: it holds on, but not for ever, or its owner could not take it back. */
    private static Kept withoutAnswer(@Nullable Kept known, long now) {
        long again = now + AFTER_FAILURE.toMillis();
        return known == null || known.client == null || known.heldUntilMillis <= now
                ? Kept.none(again)
                : new Kept(known.client, Math.min(again, known.heldUntilMillis), known.heldUntilMillis);
    }
}
