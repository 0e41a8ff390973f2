package dev.tollgate.sim;

import io.vertx.core.MultiMap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The headers that a vendor puts on every answer, and on a refused one. */
final class VendorHeaders {

    private static final long MINUTE = 60;

    private VendorHeaders() {}

    static void add(MultiMap headers, Vendor vendor, String requestId, boolean exhausted, Instant now) {
        switch (vendor) {
            case ANTHROPIC -> {
                headers.set("request-id", requestId);
                headers.set("anthropic-organization-id", "00000000-0000-4000-8000-000000000000");
                String reset =
                        now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(MINUTE).toString();
                anthropicLimit(headers, "requests", 1_000, exhausted, reset);
                anthropicLimit(headers, "tokens", 1_000_000, false, reset);
                anthropicLimit(headers, "input-tokens", 800_000, false, reset);
                anthropicLimit(headers, "output-tokens", 200_000, false, reset);
            }
            case OPENAI -> {
                headers.set("x-request-id", requestId);
                headers.set("openai-organization", "simulated");
                headers.set("openai-version", "2020-10-01");
                headers.set("openai-processing-ms", "1");
                headers.set("x-ratelimit-limit-requests", "500");
                headers.set("x-ratelimit-remaining-requests", exhausted ? "0" : "499");
                headers.set("x-ratelimit-reset-requests", "120ms");
                headers.set("x-ratelimit-limit-tokens", "1000000");
                headers.set("x-ratelimit-remaining-tokens", "999000");
                headers.set("x-ratelimit-reset-tokens", "60ms");
            }
            case GEMINI -> headers.set("server-timing", "gfet4t7; dur=1");
        }
    }

    private static void anthropicLimit(MultiMap headers, String what, long limit, boolean exhausted, String reset) {
        String prefix = "anthropic-ratelimit-" + what;
        headers.set(prefix + "-limit", Long.toString(limit));
        headers.set(prefix + "-remaining", Long.toString(exhausted ? 0 : limit - 1));
        headers.set(prefix + "-reset", reset);
    }

    static String jsonContentType(Vendor vendor) {
        return switch (vendor) {
            case ANTHROPIC, OPENAI -> "application/json";
            case GEMINI -> "application/json; charset=UTF-8";
        };
    }

    static String requestId(Vendor vendor, long number) {
        return switch (vendor) {
            case ANTHROPIC, OPENAI -> Ids.of("req_", 24, number);
            case GEMINI -> Ids.of("", 22, number);
        };
    }
}
