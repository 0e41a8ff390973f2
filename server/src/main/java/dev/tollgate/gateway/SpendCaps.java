package dev.tollgate.gateway;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.ReservationResult.Exhausted;
import dev.tollgate.budget.Standing;
import dev.tollgate.budget.Standings;
import dev.tollgate.budget.Window;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import dev.tollgate.ledger.CallStart;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spending caps in the headers by which Claude Code shows them to whoever has signed in: how the tightest budget over the caller
 * stands, and that one is used up. A provider's own limits are those of the gate's credential, so such callers do not get them.
 */
final class SpendCaps {
    private static final String PREFIX = "anthropic-ratelimit-";
    private static final CharSequence STATUS = name("status");
    private static final CharSequence CLAIM = name("representative-claim");
    private static final CharSequence RESET = name("reset");
    private static final CharSequence OVERAGE_STATUS = name("overage-status");
    private static final CharSequence OVERAGE_UTILIZATION = name("overage-utilization");
    private static final CharSequence OVERAGE_THRESHOLD = name("overage-surpassed-threshold");
    private static final CharSequence OVERAGE_RESET = name("overage-reset");
    private static final CharSequence OVERAGE_PERIOD = name("overage-period");
    private static final CharSequence OVERAGE_DISABLED = name("overage-disabled-reason");
    private static final CharSequence OVERAGE_SCOPE = name("overage-scope");

    private static final int WARNING_PERCENT = 75;
    private static final int LAST_WARNING_PERCENT = 95;

    /** The page on which people change the caps that they have set. */
    private static final String APPS_WITH_ACCESS = "/access";

    private SpendCaps() {}

    private static CharSequence name(String what) {
        return HttpHeaders.createOptimized(PREFIX + "unified-" + what);
    }

    /** Whether a call's answer speaks of caps: an app has signed in, and speaks Anthropic's dialect. */
    static boolean concern(Permitted permitted) {
        return permitted.identified().caller().app() != null
                && permitted.inbound().operation().dialect() == Dialect.ANTHROPIC;
    }

    /** Takes the provider's limits out of the head of an answer. */
    static void strip(MultiMap headers) {
        for (String name : List.copyOf(headers.names())) {
            if (AsciiString.regionMatches(name, true, 0, PREFIX, 0, PREFIX.length())) {
                headers.remove(name);
            }
        }
    }

    /** Says in the head of a good answer how the caller stands. */
    static void put(Permitted permitted, Standings standings, MultiMap headers) {
        CallStart start = permitted.start();
        Standing tightest = standings.tightest(start.payer(), start.client().app());
        if (tightest != null) {
            put(tightest, headers);
        }
    }

    /** How a caller with this budget stands. */
    static void put(Standing standing, MultiMap headers) {
        int percent = percent(standing);
        String status = percent < WARNING_PERCENT ? "allowed" : "allowed_warning";
        headers.set(STATUS, status)
                .set(CLAIM, "overage")
                .set(OVERAGE_STATUS, status)
                .set(OVERAGE_UTILIZATION, (percent < 10 ? "0.0" : "0.") + percent);
        if (percent >= WARNING_PERCENT) {
            headers.set(OVERAGE_THRESHOLD, percent < LAST_WARNING_PERCENT ? "0.75" : "0.95");
        }
        resets(standing.resetsAtMillis(), headers);
    }

    /** Rounded down, and less than all while a call has just been let through. */
    private static int percent(Standing standing) {
        return (int) Math.min(99, standing.share() * 100);
    }

    /** What a caller is told whose budget is used up: one sentence, and how that stands in the answer's head. */
    static Unheld told(Unheld why, Services services, Permitted permitted) {
        Exhausted reached = why.reached();
        if (reached == null) {
            return why;
        }
        putReached(reached, permitted.inbound().http().response().headers());
        boolean own = isOwn(reached.budget(), permitted.identified().caller());
        return why.saying(Texts.capReached(reached, own ? services.publicUrl().get() + APPS_WITH_ACCESS : null));
    }

    /**
     * As the gateway protocol that Claude Code serves at {@code GET /protocol} shows it under "Usage-limit headers": the threshold
     * is 1 here, and neither {@code representative-claim} nor {@code overage-status} is sent, or the client would put a line of
     * its own in the place of our message.
     */
    private static void putReached(Exhausted exhausted, MultiMap headers) {
        Budget budget = exhausted.budget();
        headers.set(STATUS, "rejected")
                .set(OVERAGE_UTILIZATION, "1")
                .set(OVERAGE_THRESHOLD, "1")
                .set(OVERAGE_DISABLED, "org_spend_cap_reached");
        String period = period(budget.window());
        if (period != null) {
            headers.set(OVERAGE_PERIOD, period);
        }
        if (isShared(budget)) {
            headers.set(OVERAGE_SCOPE, "group_pool");
        }
        resets(exhausted.resetsAtMillis(), headers);
    }

    private static void resets(long atMillis, MultiMap headers) {
        if (atMillis != Long.MAX_VALUE) {
            String seconds = Long.toString(atMillis / 1_000);
            headers.set(RESET, seconds).set(OVERAGE_RESET, seconds);
        }
    }

    /** How urgent it is that so much is spent. */
    static String severity(int percent) {
        return percent < WARNING_PERCENT ? "normal" : percent < LAST_WARNING_PERCENT ? "warning" : "critical";
    }

    /** As Claude Code names it; null for windows that it has no name for. */
    static @Nullable String period(Window window) {
        return switch (window) {
            case DAY -> "daily";
            case WEEK -> "weekly";
            case MONTH -> "monthly";
            case REQUEST, MINUTE, HOUR, LIFETIME -> null;
        };
    }

    /** Others spend of it, too. */
    private static boolean isShared(Budget budget) {
        return budget.scope().member() == null && budget.scope().keyId() == null;
    }

    /** Whether the caller has set the cap itself: such a budget is of its own grant. */
    private static boolean isOwn(Budget budget, Caller caller) {
        return caller.member() != null && caller.keyId().equals(budget.scope().keyId());
    }
}
