package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.250Z");

    private static MultiMap converted(MultiMap said, Dialect provider, Dialect client) {
        MultiMap heard = MultiMap.caseInsensitiveMultiMap();
        RateLimits.convert(said, provider, heard, client, NOW);
        return heard;
    }

    @ParameterizedTest
    @CsvSource({
        "6m0s,2026-11-22T10:06:01Z",
        "1s,2026-11-22T10:00:02Z",
        "20ms,2026-11-22T10:00:01Z",
        "1.75s,2026-11-22T10:00:02Z",
        "1h2m3s,2026-11-22T11:02:04Z",
        "0s,2026-11-22T10:00:01Z",
        "120h,2026-11-27T10:00:01Z"
    })
    void openAisTimeIsAnInstantToAnthropicsClients(String time, String instant) {
        MultiMap said = MultiMap.caseInsensitiveMultiMap()
                .set("x-ratelimit-limit-requests", "60")
                .set("x-ratelimit-remaining-requests", "0")
                .set("x-ratelimit-reset-requests", time)
                .set("x-ratelimit-remaining-tokens", "149984");
        MultiMap heard = converted(said, Dialect.OPENAI, Dialect.ANTHROPIC);
        assertEquals("60", heard.get("anthropic-ratelimit-requests-limit"));
        assertEquals("0", heard.get("anthropic-ratelimit-requests-remaining"));
        assertEquals(instant, heard.get("anthropic-ratelimit-requests-reset"));
        assertEquals("149984", heard.get("anthropic-ratelimit-tokens-remaining"));
        assertEquals(4, heard.size());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T10:06:00.250Z,6m0s",
        "2026-11-22T10:00:01Z,750ms",
        "2026-11-22T10:00:02Z,2s",
        "2026-11-22T13:00:00.250Z,3h0m0s",
        "2026-11-22T11:00:00+01:00,0ms",
        "2026-11-22T09:00:00Z,0ms"
    })
    void anthropicsInstantIsATimeToOpenAisClients(String instant, String time) {
        MultiMap said = MultiMap.caseInsensitiveMultiMap()
                .set("anthropic-ratelimit-tokens-limit", "80000")
                .set("anthropic-ratelimit-tokens-reset", instant)
                .set("anthropic-ratelimit-input-tokens-remaining", "7");
        MultiMap heard = converted(said, Dialect.ANTHROPIC, Dialect.OPENAI);
        assertEquals("80000", heard.get("x-ratelimit-limit-tokens"));
        assertEquals(time, heard.get("x-ratelimit-reset-tokens"));
        assertEquals(2, heard.size(), "input alone has no counterpart");
    }

    @ParameterizedTest
    @CsvSource({
        "soon",
        "-1s",
        "1",
        "1m1",
        "1.s",
        "1d",
        "9999999999s",
        "999999999h",
        "1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s",
        "2026-11-22T10:00:00Z"
    })
    void whatReadsAsNoTimeIsLeftOut(String time) {
        MultiMap said = MultiMap.caseInsensitiveMultiMap()
                .set("x-ratelimit-reset-tokens", time)
                .set("x-ratelimit-limit-tokens", time);
        MultiMap heard = converted(said, Dialect.OPENAI, Dialect.ANTHROPIC);
        heard.remove("anthropic-ratelimit-tokens-limit");
        assertTrue(heard.isEmpty(), heard.toString());
    }

    @ParameterizedTest
    @CsvSource({"tomorrow", "6m0s", "+1000000000-01-01T00:00:00Z", "9999-01-01T00:00:00Z"})
    void whatReadsAsNoInstantIsLeftOut(String instant) {
        MultiMap said = MultiMap.caseInsensitiveMultiMap()
                .set("anthropic-ratelimit-requests-reset", instant)
                .set("anthropic-ratelimit-requests-limit", "a lot")
                .set("anthropic-ratelimit-requests-remaining", "-1");
        assertTrue(converted(said, Dialect.ANTHROPIC, Dialect.OPENAI).isEmpty());
    }

    @Test
    void geminiHasNoSuchHeaders() {
        MultiMap said = MultiMap.caseInsensitiveMultiMap()
                .set("anthropic-ratelimit-requests-limit", "1")
                .set("x-ratelimit-limit-requests", "1");
        assertTrue(converted(said, Dialect.ANTHROPIC, Dialect.GEMINI).isEmpty());
        assertTrue(converted(said, Dialect.GEMINI, Dialect.OPENAI).isEmpty());
        assertTrue(converted(said, Dialect.OPENAI, Dialect.OPENAI).isEmpty(), "the same dialect keeps its own");
    }
}
