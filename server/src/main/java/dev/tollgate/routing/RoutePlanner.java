package dev.tollgate.routing;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Provider;
import dev.tollgate.vault.CredentialInfo;
import dev.tollgate.vault.Credentials;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders the ways to answer a call and learns from how they went. All in memory and never waiting.
 *
 * <p>A provider's several credentials are ordered per caller, always the same way (rendezvous hashing), so that a
 * conversation stays with one credential and its prompt cache, and callers spread over all of them.
 */
public final class RoutePlanner {
    private static final Logger LOG = LoggerFactory.getLogger(RoutePlanner.class);
    private static final Duration MAX_COOL_DOWN = Duration.ofMinutes(10);

    private final Credentials credentials;
    private final InstantSource clock;
    private final Executor blocking;
    private final Circuits circuits = new Circuits(Circuits.REST);
    private final Map<String, Long> coolUntilMillis = new ConcurrentHashMap<>();

    /**
     * A planner that knows nothing yet.
     *
     * @param blocking runs what must reach the store, off the event loop
     */
    public RoutePlanner(Credentials credentials, InstantSource clock, Executor blocking) {
        this.credentials = credentials;
        this.clock = clock;
        this.blocking = blocking;
    }

    /**
     * The ways that are open to a call, best first.
     *
     * @param permitted in the order of preference
     * @param affinity what keeps together: the session where the client names one, else the caller
     */
    public Plan plan(List<Candidate> permitted, String affinity) {
        return plan(permitted, affinity, Map.of());
    }

    /**
     * The same for a prompt that is long.
     *
     * @param leastTokens what it surely has, by candidates' qualified names, where that may be more than a credential's plan takes; such
     *     a credential is left out
     */
    public Plan plan(List<Candidate> permitted, String affinity, Map<String, Long> leastTokens) {
        long now = clock.millis();
        List<Hop> closed = new ArrayList<>(permitted.size());
        List<Hop> open = new ArrayList<>(0);
        List<String> without = new ArrayList<>(0);
        long firstFree = Long.MAX_VALUE;
        for (Candidate candidate : permitted) {
            List<Hop> into = circuits.isOpen(candidate) ? open : closed;
            if (candidate.provider().auth() == AuthStyle.NONE) {
                into.add(new Hop(candidate, null));
                continue;
            }
            List<CredentialInfo> usable = leastTokens.isEmpty()
                    ? credentials.usable(candidate.provider().name())
                    : taking(candidate, leastTokens.getOrDefault(candidate.qualifiedName(), 0L));
            if (usable.isEmpty()) {
                without.add(candidate.provider().name());
            }
            for (CredentialInfo credential : ordered(usable, affinity)) {
                long until = coolUntilMillis.getOrDefault(credential.id(), 0L);
                if (until <= now) {
                    into.add(new Hop(candidate, credential));
                } else {
                    firstFree = Math.min(firstFree, until);
                }
            }
        }
        // A candidate whose circuit is open is passed over while another can answer; alone it is still worth a try.
        List<Hop> hops = closed.isEmpty() ? open : closed;
        if (!hops.isEmpty()) {
            return new Plan.Ways(hops);
        }
        if (firstFree == Long.MAX_VALUE) {
            return new Plan.NoCredential(without);
        }
        return new Plan.Cooling(Math.max(1, TimeUnit.MILLISECONDS.toSeconds(firstFree - now + 999)));
    }

    /** The usable credentials whose plan does not surely end below that. */
    private List<CredentialInfo> taking(Candidate candidate, long leastTokens) {
        return credentials.usable(candidate.provider().name()).stream()
                .filter(credential ->
                        credential.maxContextTokens() == 0 || credential.maxContextTokens() >= leastTokens)
                .toList();
    }

    /** The narrowest context that any credential's plan is limited to, in tokens; 0 if none is. */
    public long narrowestContext() {
        return credentials.narrowestContext();
    }

    /** How long a context the provider's usable credentials take. */
    public ContextPlans contextPlans(Provider provider) {
        return provider.auth() == AuthStyle.NONE
                ? ContextPlans.UNLIMITED
                : ContextPlans.of(credentials.usable(provider.name()));
    }

    /** The one way with that credential, an empty id where the provider asks for none; empty where it may not be used. */
    public Optional<Hop> way(Candidate candidate, String credentialId) {
        if (candidate.provider().auth() == AuthStyle.NONE) {
            return Optional.of(new Hop(candidate, null));
        }
        return credentials.usable(candidate.provider().name()).stream()
                .filter(credential -> credential.id().equals(credentialId))
                .findFirst()
                .map(credential -> new Hop(candidate, credential));
    }

    /** Whether calls to the provider could be authenticated at all. */
    public boolean hasCredential(Provider provider) {
        return provider.auth() == AuthStyle.NONE
                || !credentials.usable(provider.name()).isEmpty();
    }

    private static List<CredentialInfo> ordered(List<CredentialInfo> usable, String affinity) {
        if (usable.size() < 2) {
            return usable;
        }
        int caller = affinity.hashCode();
        List<CredentialInfo> order = new ArrayList<>(usable);
        order.sort(Comparator.comparingInt((CredentialInfo c) -> mix(caller ^ c.id().hashCode())));
        return order;
    }

    /** The finalizer of MurmurHash3: every bit of the input moves every bit of the output. */
    private static int mix(int h) {
        int mixed = (h ^ (h >>> 16)) * 0x85ebca6b;
        mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
        return mixed ^ (mixed >>> 16);
    }

    /** The provider answered as it should, be it with a refusal of the caller's request. */
    public void answered(Hop hop) {
        circuits.answered(hop.candidate());
    }

    /** The provider could not be reached, or failed. */
    public void failed(Hop hop, Throwable why) {
        circuits.failed(hop.candidate(), why);
    }

    /** 429: the credential rests for as long as the provider said. */
    public void rateLimited(Hop hop, Duration retryAfter) {
        CredentialInfo credential = hop.credential();
        if (credential != null) {
            Duration rest = retryAfter.compareTo(MAX_COOL_DOWN) > 0 ? MAX_COOL_DOWN : retryAfter;
            coolUntilMillis.merge(credential.id(), clock.millis() + rest.toMillis(), Math::max);
        }
    }

    /** 401: the credential is not used again until a person has looked at it. */
    public void unauthorized(Hop hop) {
        CredentialInfo credential = hop.credential();
        if (credential == null) {
            return;
        }
        // At once for this node; the store and every reader follow as soon as the write is through.
        Long until = clock.millis() + MAX_COOL_DOWN.toMillis();
        coolUntilMillis.merge(credential.id(), until, Math::max);
        blocking.execute(() -> {
            try {
                credentials.quarantine(credential.id(), credential.version(), "The provider refused it", "gateway");
                coolUntilMillis.remove(credential.id(), until);
            } catch (RuntimeException e) { // the store is away: it rests all the same, and is asked again after that
                LOG.error("The credential {} was refused and could not be quarantined", credential.name(), e);
            }
        });
    }
}
