package dev.tollgate.gateway;

import dev.tollgate.budget.Standing;
import dev.tollgate.budget.Window;
import dev.tollgate.kernel.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a caller stands with its spending caps, as Claude Code reads it ("Gateway protocol reference", usage-limit headers): in
 * {@code extra_usage} the cap that the headers describe, whatever its window, and in {@code limits} one row for each window, of several caps
 * of one window the tightest. Without any cap: what was spent today, this week and this month. Amounts are whole US cents, parts
 * whole percents.
 */
final class CapUsage {
    private static final long NANO_USD_PER_CENT = 10_000_000L;
    private static final List<Window> WINDOWS = List.of(Window.DAY, Window.WEEK, Window.MONTH, Window.LIFETIME);

    private CapUsage() {}

    /**
     * The answer to {@code /api/oauth/usage}.
     *
     * @param standings at least one, of {@code Standings.all}
     */
    static byte[] of(List<Standing> standings) {
        Standing tightest = Objects.requireNonNull(tightest(standings, null), "no standing");
        ObjectNode usage = Json.MAPPER.createObjectNode();
        extra(usage, true)
                .put("monthly_limit", cents(tightest.budget().limitNanoUsd(), RoundingMode.DOWN))
                .put("used_credits", cents(tightest.spentNanoUsd(), RoundingMode.HALF_UP))
                .put("utilization", percent(tightest));
        ArrayNode limits = usage.putArray("limits");
        for (Window window : WINDOWS) {
            Standing standing = tightest(standings, window);
            if (standing != null) {
                limits.add(limit(standing, standing.equals(tightest)));
            }
        }
        return Json.MAPPER.writeValueAsBytes(usage);
    }

    /** The same for a caller over whom there is no cap: no limit is null, as zero would be one. */
    static byte[] uncapped(OwnUsage.Spent spent) {
        ObjectNode usage = Json.MAPPER.createObjectNode();
        ObjectNode extra = extra(usage, false)
                .putNull("monthly_limit")
                .put("used_credits", cents(spent.monthNanoUsd(), RoundingMode.HALF_UP))
                .putNull("utilization");
        extra.set("daily", period(spent.dayNanoUsd()));
        extra.set("weekly", period(spent.weekNanoUsd()));
        usage.putArray("limits");
        return Json.MAPPER.writeValueAsBytes(usage);
    }

    private static ObjectNode extra(ObjectNode usage, boolean capped) {
        return usage.putObject("extra_usage").put("is_enabled", capped).put("currency", "USD");
    }

    private static ObjectNode period(long spentNanoUsd) {
        return Json.MAPPER
                .createObjectNode()
                .putNull("limit")
                .put("used_credits", cents(spentNanoUsd, RoundingMode.HALF_UP))
                .putNull("utilization");
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

    private static ObjectNode limit(Standing standing, boolean isTightest) {
        String period = SpendCaps.period(standing.budget().window());
        return Json.MAPPER
                .createObjectNode()
                .put("kind", "spend")
                .put("group", period == null ? standing.budget().window().wireName() : period)
                .put("percent", percent(standing))
                .put("resets_at", resetsAt(standing))
                .put("severity", SpendCaps.severity(percent(standing)))
                .put("is_active", isTightest);
    }

    private static long cents(long nanoUsd, RoundingMode rounding) {
        return BigDecimal.valueOf(nanoUsd)
                .divide(BigDecimal.valueOf(NANO_USD_PER_CENT), 0, rounding)
                .longValueExact();
    }

    /** Rounded down, and no more than all, also where calls have cost more than was held for them. */
    private static int percent(Standing standing) {
        return standing.leftNanoUsd() == 0 ? 100 : (int) (standing.share() * 100);
    }

    /** The second of the headers: Claude Code takes the two for one cap only where they agree. */
    private static @Nullable String resetsAt(Standing standing) {
        return standing.resetsAtMillis() == Long.MAX_VALUE
                ? null
                : Instant.ofEpochSecond(standing.resetsAtMillis() / 1_000).toString();
    }
}
