package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tollgate.budget.Budget;
import dev.tollgate.budget.Scope;
import dev.tollgate.budget.Standing;
import dev.tollgate.budget.Window;
import dev.tollgate.kernel.Json;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** How caps stand in Claude Code's headers and in its usage: the amounts, and what is said from which part on. */
class SpendCapsTest {
    private static final long DOLLAR = 1_000_000_000L;
    private static final long CENT = DOLLAR / 100;
    private static final Instant RESETS = Instant.parse("2026-12-01T00:00:00Z");

    private static Standing standing(Window window, long limitNanoUsd, long spentNanoUsd) {
        Scope scope = new Scope(null, "per_ann", null, null, null, null, null);
        Budget budget = new Budget("", scope, "", limitNanoUsd, window, ZoneOffset.UTC, List.of(), false, 0);
        return new Standing(
                budget, spentNanoUsd, window == Window.LIFETIME ? Long.MAX_VALUE : RESETS.toEpochMilli() + 999);
    }

    @ParameterizedTest
    @CsvSource({
        "0,       allowed,         0.00, ,     normal",
        "9999,    allowed,         0.09, ,     normal",
        "10000,   allowed,         0.10, ,     normal",
        "74999,   allowed,         0.74, ,     normal",
        "75000,   allowed_warning, 0.75, 0.75, warning",
        "94999,   allowed_warning, 0.94, 0.75, warning",
        "95000,   allowed_warning, 0.95, 0.95, critical",
        "99999,   allowed_warning, 0.99, 0.95, critical",
        "100000,  allowed_warning, 0.99, 0.95, critical",
        "170000,  allowed_warning, 0.99, 0.95, critical"
    })
    void theWarningsBeginWhereTheyAreSaidTo(
            long spent, String status, String utilization, String threshold, String severity) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        Standing standing = standing(Window.MONTH, 100_000, spent);
        SpendCaps.put(standing, headers);
        String unified = "anthropic-ratelimit-unified-";
        assertEquals(status, headers.get(unified + "status"));
        assertEquals(status, headers.get(unified + "overage-status"));
        assertEquals(utilization, headers.get(unified + "overage-utilization"), "less than 1: it was let through");
        assertEquals(threshold, headers.get(unified + "overage-surpassed-threshold"));
        assertEquals("overage", headers.get(unified + "representative-claim"));
        assertEquals(RESETS.getEpochSecond() + "", headers.get(unified + "reset"));
        assertEquals(RESETS.getEpochSecond() + "", headers.get(unified + "overage-reset"));
        JsonNode limit = usage(standing).get("limits").get(0);
        assertEquals(severity, limit.get("severity").stringValue());
        assertEquals(RESETS.toString(), limit.get("resets_at").stringValue(), "the header's instant");
    }

    private static JsonNode usage(Standing... standings) {
        return Json.MAPPER.readTree(CapUsage.of(List.of(standings)));
    }

    @Test
    void theCapThatTheHeadersDescribeIsInCentsWhateverItsWindow() {
        JsonNode usage = usage(
                standing(Window.WEEK, 20 * DOLLAR, 3 * DOLLAR),
                standing(Window.WEEK, 12 * DOLLAR + 34 * CENT + CENT - 1, 6 * DOLLAR + CENT / 2));
        JsonNode extra = usage.get("extra_usage");
        assertEquals(true, extra.get("is_enabled").booleanValue());
        assertEquals(1_234, extra.get("monthly_limit").longValue(), "no cent more than there is");
        assertEquals(601, extra.get("used_credits").longValue(), "to the nearest");
        assertEquals("48", extra.get("utilization").toString(), "whole percents, rounded down");
        assertNull(extra.get("daily"), "what was spent without a cap stands there, and only then");
        assertEquals(1, usage.get("limits").size(), "one of each window");
        JsonNode limit = usage.get("limits").get(0);
        assertEquals("spend", limit.get("kind").stringValue());
        assertEquals("weekly", limit.get("group").stringValue());
        assertEquals("48", limit.get("percent").toString());
        assertEquals(true, limit.get("is_active").booleanValue());
    }

    @Test
    void eachWindowHasItsRowAndTheTightestIsTheOneInForce() {
        JsonNode usage = usage(
                standing(Window.DAY, 5 * DOLLAR, 6 * DOLLAR),
                standing(Window.WEEK, 40 * DOLLAR, 10 * DOLLAR),
                standing(Window.LIFETIME, 100 * DOLLAR, DOLLAR));
        JsonNode extra = usage.get("extra_usage");
        assertEquals(500, extra.get("monthly_limit").longValue(), "of the tightest");
        assertEquals(600, extra.get("used_credits").longValue());
        assertEquals("100", extra.get("utilization").toString(), "no more than all");
        List<String> rows = usage.get("limits")
                .valueStream()
                .map(limit ->
                        limit.get("group").stringValue() + " " + limit.get("percent") + " " + limit.get("is_active"))
                .toList();
        assertEquals(List.of("daily 100 true", "weekly 25 false", "lifetime 1 false"), rows);
        assertEquals(true, usage.get("limits").get(2).get("resets_at").isNull(), "never");
    }

    @Test
    void withoutAnyCapWhatWasSpentStandsThere() {
        JsonNode usage =
                Json.MAPPER.readTree(CapUsage.uncapped(new OwnUsage.Spent(CENT / 2, 12 * DOLLAR, 30 * DOLLAR + CENT)));
        JsonNode extra = usage.get("extra_usage");
        assertEquals(false, extra.get("is_enabled").booleanValue());
        assertEquals(true, extra.get("monthly_limit").isNull(), "zero would be a cap");
        assertEquals(true, extra.get("utilization").isNull());
        assertEquals(3_001, extra.get("used_credits").longValue(), "this month");
        assertEquals(
                "{\"limit\":null,\"used_credits\":1,\"utilization\":null}",
                extra.get("daily").toString());
        assertEquals(1_200, extra.get("weekly").get("used_credits").longValue());
        assertEquals(0, usage.get("limits").size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"a\"' | true",
                "'W/\"a\"' | true",
                "'\"b\", \"a\"' | true",
                "'*' | true",
                "'\"b\"' | false",
                "'a' | false",
                "'\"ab\"' | false",
                "'' | false"
            })
    void anEntityTagIsComparedWeaklyWithEachThatCame(String header, boolean match) {
        assertEquals(match, EntityTags.match(List.of("\"x\"", header), "\"a\""), header);
    }
}
