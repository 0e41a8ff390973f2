package dev.tollgate.gateway;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.gateway.Errands.Got;
import dev.tollgate.routing.Hop;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.RoutePlanner;
import dev.tollgate.upstream.Outbound;
import java.time.Duration;

/** Sends what makes something at a provider: once, for a second one might be paid for and belong to nobody. Blocks. */
final class Senders {
    private final RoutePlanner planner;
    private final Errands errands;

    Senders(RoutePlanner planner, Errands errands) {
        this.planner = planner;
        this.errands = errands;
    }

    /** Who was asked last, and what came of it. */
    record Sent(Hop hop, Got got) {}

    Sent one(Hop hop, Outbound outbound) {
        return learned(hop, errands.ask(hop, outbound));
    }

    /** What came of asking tells something of the credential. */
    Sent learned(Hop hop, Got got) {
        if (got instanceof Got.Said said) {
            if (said.status() == 401) {
                planner.unauthorized(hop);
            } else if (said.status() == 429) {
                Duration asked = Backoff.retryAfter(said.headers().get("retry-after"));
                planner.rateLimited(hop, asked == null ? Backoff.DEFAULT_COOL_DOWN : asked);
            }
        }
        return new Sent(hop, got);
    }

    /** Whether this way has surely not taken it, and another may. */
    static boolean isWorthAnother(Got got) {
        return switch (got) {
            case Got.Said said -> said.status() == 401 || said.status() == 429;
            case Got.Nothing nothing -> !nothing.mayBeTaken();
            case Got.Unreadable unreadable -> false;
        };
    }

    /** What comes from a proxy that waited in vain, while the provider may well have taken the request. */
    static boolean mayBeTaken(int status) {
        return status == 408 || status == 504 || status == 520 || status == 524;
    }

    /** What the caller is told of an answer that is passed on as it is. */
    static Told told(Sent sent) {
        String provider = sent.hop().candidate().provider().name();
        return switch (sent.got()) {
            case Got.Said said
            when said.status() == 401 ->
                new Told.Refusal(
                        ErrorKind.BAD_GATEWAY,
                        "The provider " + provider + " does not accept Tollgate's credential. An operator must look at"
                                + " it: `tollgate credential list`.");
            case Got.Said said
            when said.status() < 200 || (said.status() >= 300 && said.status() < 400) ->
                new Told.Refusal(
                        ErrorKind.BAD_GATEWAY,
                        "The provider " + provider + " answered with a redirect, which Tollgate does not follow.");
            case Got.Said said -> new Told.Body(said.status(), said.headers(), said.body());
            case Got.Nothing nothing ->
                new Told.Refusal(
                        ErrorKind.BAD_GATEWAY,
                        "The provider " + provider + " did not answer: "
                                + nothing.reason().text() + ".");
            case Got.Unreadable unreadable ->
                new Told.Refusal(
                        ErrorKind.BAD_GATEWAY,
                        "The answer of the provider " + provider + " could not be read: " + unreadable.why() + ".");
        };
    }

    /** What the caller is told where there is no way at all. */
    static Told noWay(Plan plan) {
        return switch (plan) {
            case Plan.NoCredential(var providers) ->
                new Told.Refusal(ErrorKind.UNAVAILABLE, Texts.noCredential(providers));
            case Plan.Cooling(var seconds) -> new Told.Refusal(ErrorKind.RATE_LIMIT, Texts.cooling(seconds), seconds);
            case Plan.Ways ways -> throw new IllegalArgumentException("there are ways");
        };
    }
}
