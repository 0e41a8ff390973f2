package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.ProviderObject;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.holdings.Holding;
import dev.tollgate.holdings.Holdings;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.routing.Hop;
import dev.tollgate.routing.RoutePlanner;
import dev.tollgate.upstream.Outbound;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns what batches have used from their results, and has them settled. A batch's results are read for the bill by the gate
 * itself, whether or not somebody else ever asks for them. Everything here blocks.
 */
public final class BatchBilling {
    static final String PATH = "/v1/messages/batches/";
    private static final Logger LOG = LoggerFactory.getLogger(BatchBilling.class);

    /** Anthropic keeps results for 29 days. */
    private static final Duration KEPT = Duration.ofDays(29);
    /** No request takes longer to be sent: who sent it is gone. */
    private static final Duration SENDING = Duration.ofMinutes(30);

    private final Holdings holdings;
    private final Errands errands;
    private final Catalog catalog;
    private final RoutePlanner planner;
    private final InstantSource clock;

    public BatchBilling(
            Holdings holdings, Errands errands, Catalog catalog, RoutePlanner planner, InstantSource clock) {
        this.holdings = holdings;
        this.errands = errands;
        this.catalog = catalog;
        this.planner = planner;
        this.clock = clock;
    }

    /** The way to a holding: the provider, with the credential that made it. Empty where either is gone. */
    Optional<Hop> way(Holding holding) {
        Provider provider = catalog.view().providers().get(holding.provider());
        return provider == null
                ? Optional.empty()
                : planner.way(new Candidate(provider, holding.kind().wireName(), null, false), holding.credentialId());
    }

    /**
     * Settles a batch if it has ended.
     *
     * @return whether it is settled
     */
    boolean settle(Holding batch) {
        return switch (batch.state()) {
            case SETTLED -> true;
            case SENDING ->
                isOlder(batch, SENDING) && atBound(batch, "The gate stopped while it was sent.", Outcome.GATE_STOPPED);
            case OPEN -> {
                boolean settled = way(batch).map(hop -> ask(batch, hop)).orElse(false);
                yield settled
                        || (isOlder(batch, KEPT)
                                && atBound(batch, "Its results were never seen.", Outcome.UPSTREAM_ERROR));
            }
        };
    }

    private boolean isOlder(Holding batch, Duration age) {
        return clock.millis() - batch.createdAtMillis() > age.toMillis();
    }

    private boolean ask(Holding batch, Hop hop) {
        return switch (errands.ask(hop, get(PATH + batch.id()))) {
            case Got.Said said
            when said.isGood() -> {
                holdings.saw(batch, new String(said.body(), StandardCharsets.UTF_8));
                yield ProviderObject.read(said.body())
                        .filter(ProviderObject::ended)
                        .map(ended -> meter(batch, hop, ended.results()))
                        .orElse(false);
            }
            case Got.Said said -> isGone(said) && gone(batch);
            case Got.Nothing nothing -> false;
            case Got.Unreadable unreadable -> false;
        };
    }

    /** @param results how many there must be; fewer are a download that was cut at a line's end, and bill too little */
    private boolean meter(Holding batch, Hop hop, long results) {
        BatchTally tally = new BatchTally(batch, catalog.view());
        return switch (errands.lines(hop, get(PATH + batch.id() + "/results"), tally::line)) {
            case Got.Said said
            when said.isGood() && tally.lines() < Math.max(1, results) -> {
                LOG.warn(
                        "Of batch {} came {} results instead of {}: they are fetched again",
                        batch.id(),
                        tally.lines(),
                        Math.max(1, results));
                yield false;
            }
            case Got.Said said
            when said.isGood() -> {
                holdings.settle(batch, tally.rows(clock.millis()));
                yield true;
            }
            case Got.Said said -> isGone(said) && gone(batch);
            case Got.Nothing nothing -> false;
            case Got.Unreadable unreadable -> {
                LOG.warn("The results of batch {} could not be read: {}", batch.id(), unreadable.why());
                yield false;
            }
        };
    }

    private static boolean isGone(Got.Said said) {
        return said.status() == 404 || said.status() == 410;
    }

    private boolean gone(Holding batch) {
        return atBound(batch, "The provider does not know it any more.", Outcome.UPSTREAM_ERROR);
    }

    /** Bills the whole bound. True, for the callers' sake. */
    boolean atBound(Holding batch, String reason, Outcome outcome) {
        holdings.settle(batch, List.of(BatchTally.atBound(batch, reason, outcome, clock.millis())));
        return true;
    }

    private static Outbound get(String path) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        headers.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        headers.set("anthropic-version", "2023-06-01");
        return new Outbound(HttpMethod.GET, path, headers, Buffer.buffer());
    }
}
