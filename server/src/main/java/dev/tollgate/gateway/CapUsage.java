package dev.tollgate.gateway;

import dev.tollgate.budget.Standing;
import dev.tollgate.budget.Window;
import dev.tollgate.kernel.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a caller stands with its spending caps, as Claude Code shows it: {@code extra_usage} with the month's cap, or where there is none
 * the day's and the week's, and one of {@code limits} for each of them. Of several caps of one window the tightest counts. Amounts are
 * in US cents.
 */
final class CapUsage {
    private static final long NANO_USD_PER_CENT = 10_000_000L;
    private static final List<Window> WINDOWS = List.of(Window.DAY, Window.WEEK, Window.MONTH, Window.LIFETIME);

    private CapUsage() {}

    /** The answer to {@code /api/oauth/usage}. */
    static byte[] of(List<Standing> standings) {
        ObjectNode usage = Json.MAPPER.createObjectNode();
        ObjectNode extra = usage.putObject("extra_usage");
        Standing tightest = tightest(standings, null);
        Standing monthly = tightest(standings, Window.MONTH);
        extra.put("is_enabled", tightest != null);
        extra.put(
                "monthly_limit", monthly == null ? null : cents(monthly.budget().limitNanoUsd(), RoundingMode.DOWN));
        extra.put("used_credits", tightest == null ? null : cents(tightest.spentNanoUsd(), RoundingMode.HALF_UP));
        extra.put("utilization", tightest == null ? null : utilization(tightest));
        extra.put("currency", "USD");
        extra.set("daily", period(tightest(standings, Window.DAY)));
        extra.set("weekly", period(tightest(standings, Window.WEEK)));
        List<ObjectNode> limits = new ArrayList<>();
        for (Window window : WINDOWS) {
            Standing standing = tightest(standings, window);
            if (standing != null) {
                limits.add(limit(standing, standing.equals(tightest)));
            }
        }
        usage.putArray("limits").addAll(limits);
        return Json.MAPPER.writeValueAsBytes(usage);
    }

    private static @Nullable Standing tightest(List<Standing> standings, @Nullable Window window) {
        Standing tightest = null;
        for (Standing standing : standings) {
            if ((window == null || standing.budget().window() == window) && standing.isTighterThan(tightest)) {
                tightest = standing;
            }
        }
        return tightest;
    }

    private static @Nullable ObjectNode period(@Nullable Standing standing) {
        return standing == null
                ? null
                : Json.MAPPER
                        .createObjectNode()
                        .put("limit", cents(standing.budget().limitNanoUsd(), RoundingMode.DOWN))
                        .put("used_credits", cents(standing.spentNanoUsd(), RoundingMode.HALF_UP))
                        .put("utilization", utilization(standing))
                        .put("resets_at", resetsAt(standing));
    }

    private static ObjectNode limit(Standing standing, boolean isTightest) {
        int percent = (int) Math.min(100, standing.share() * 100);
        String period = SpendCaps.period(standing.budget().window());
        return Json.MAPPER
                .createObjectNode()
                .put("kind", period == null ? standing.budget().window().wireName() : period)
                .put("group", "spend")
                .put("percent", percent)
                .put("resets_at", resetsAt(standing))
                .put("severity", SpendCaps.severity(percent))
                .put("is_active", isTightest);
    }

    private static long cents(long nanoUsd, RoundingMode rounding) {
        return BigDecimal.valueOf(nanoUsd)
                .divide(BigDecimal.valueOf(NANO_USD_PER_CENT), 0, rounding)
                .longValueExact();
    }

    /** In percent, with two decimals at most. */
    private static double utilization(Standing standing) {
        return Math.floor(Math.min(1, standing.share()) * 10_000) / 100;
    }

    private static @Nullable String resetsAt(Standing standing) {
        return standing.resetsAtMillis() == Long.MAX_VALUE
                ? null
                : Instant.ofEpochSecond(standing.resetsAtMillis() / 1_000).toString();
    }
}
