package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A provider's rate-limit headers in the words of a client of another dialect. Anthropic ({@code
 * anthropic-ratelimit-requests-reset}: an instant of RFC 3339) and OpenAI ({@code x-ratelimit-reset-requests}: a time from now,
 * {@code 6m0s}) both count requests and tokens; Gemini and Bedrock have no such headers, and Anthropic's of input and output alone have no
 * counterpart. Sources: <a href="https://platform.claude.com/docs/en/api/rate-limits#response-headers">Anthropic</a>, <a
 * href="https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers">OpenAI</a>. What does not read as these do is
 * left out.
 */
final class RateLimits {
    /** Longer waits than this are nobody's. */
    private static final Duration MOST = Duration.ofDays(366);

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern TIMES = Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ms|h|m|s))+");
    private static final Pattern TIME = Pattern.compile("([0-9.]+)(ms|h|m|s)");

    /** The names of one limit in both. */
    private record Limit(Names anthropic, Names openAi) {
        static Limit of(String what) {
            return new Limit(
                    new Names(
                            HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-limit"),
                            HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-remaining"),
                            HttpHeaders.createOptimized("anthropic-ratelimit-" + what + "-reset")),
                    new Names(
                            HttpHeaders.createOptimized("x-ratelimit-limit-" + what),
                            HttpHeaders.createOptimized("x-ratelimit-remaining-" + what),
                            HttpHeaders.createOptimized("x-ratelimit-reset-" + what)));
        }

        @Nullable
        Names in(Dialect dialect) {
            return switch (dialect) {
                case ANTHROPIC -> anthropic;
                case OPENAI -> openAi;
                case GEMINI, CONVERSE -> null;
            };
        }
    }

    private record Names(CharSequence limit, CharSequence remaining, CharSequence reset) {}

    private static final List<Limit> LIMITS = List.of(Limit.of("requests"), Limit.of("tokens"));

    private RateLimits() {}

    /** Adds to the client's headers what the provider's say, where both dialects have words for it. */
    static void convert(MultiMap from, Dialect provider, MultiMap to, Dialect client, Instant now) {
        for (Limit limit : LIMITS) {
            Names said = limit.in(provider);
            Names heard = limit.in(client);
            if (said != null && heard != null && provider != client) {
                count(from.get(said.limit()), heard.limit(), to);
                count(from.get(said.remaining()), heard.remaining(), to);
                reset(from.get(said.reset()), provider, heard.reset(), to, now);
            }
        }
    }

    private static void count(@Nullable String value, CharSequence name, MultiMap to) {
        if (value != null && DIGITS.matcher(value).matches()) {
            to.set(name, value);
        }
    }

    private static void reset(@Nullable String value, Dialect provider, CharSequence name, MultiMap to, Instant now) {
        if (value == null) {
            return;
        }
        OptionalLong millis = provider == Dialect.ANTHROPIC ? millisUntil(value, now) : millis(value);
        if (millis.isPresent() && millis.getAsLong() <= MOST.toMillis()) {
            Dialect client = provider == Dialect.ANTHROPIC ? Dialect.OPENAI : Dialect.ANTHROPIC;
            to.set(name, reset(Math.max(0, millis.getAsLong()), client, now));
        }
    }

    /** When a limit is whole again, in the words of Anthropic or OpenAI. */
    static String reset(long millis, Dialect dialect, Instant now) {
        return dialect == Dialect.ANTHROPIC ? instant(now.plusMillis(millis)) : time(millis);
    }

    private static OptionalLong millisUntil(String instant, Instant now) {
        try {
            return OptionalLong.of(now.until(Instant.parse(instant), ChronoUnit.MILLIS));
        } catch (DateTimeException | ArithmeticException e) {
            return OptionalLong.empty();
        }
    }

    /** {@code 6m0s}, {@code 1.5s}, {@code 20ms}. */
    private static OptionalLong millis(String times) {
        if (times.length() > 40 || !TIMES.matcher(times).matches()) {
            return OptionalLong.empty();
        }
        double millis = 0;
        Matcher time = TIME.matcher(times);
        while (time.find()) {
            double unit = switch (time.group(2)) {
                case "h" -> 3_600_000;
                case "m" -> 60_000;
                case "s" -> 1_000;
                default -> 1;
            };
            millis += Double.parseDouble(time.group(1)) * unit;
        }
        return OptionalLong.of((long) Math.ceil(millis));
    }

    /** To the second, rounded up: who comes back then does not come too early. */
    private static String instant(Instant instant) {
        Instant whole = instant.truncatedTo(ChronoUnit.SECONDS);
        return (whole.equals(instant) ? whole : whole.plusSeconds(1)).toString();
    }

    private static String time(long millis) {
        if (millis < 1_000) {
            return millis + "ms";
        }
        long seconds = (millis + 999) / 1_000;
        String text = seconds % 60 + "s";
        if (seconds >= 60) {
            text = seconds / 60 % 60 + "m" + text;
        }
        return seconds >= 3_600 ? seconds / 3_600 + "h" + text : text;
    }
}
