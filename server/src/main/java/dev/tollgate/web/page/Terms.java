package dev.tollgate.web.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much an app may spend, and until when: what the person chooses at consent. Fields: {@code cap_usd}, a decimal number
 * of US dollars; {@code cap_window}, {@code day} or {@code month}; {@code access_for}, the value of one of the durations.
 *
 * @param spends whether the app can spend at all; without, no cap is asked for
 * @param capUsd what stands in the field, such as {@code 10.00}
 * @param capWindow {@code day} or {@code month}
 * @param mostUsd the most that may be set, such as {@code 50.00}; null if there is no such limit
 * @param durations what to choose from
 * @param accessFor the value of the chosen duration
 * @param signInDays after how many days, at the latest, the app has to ask the person to sign in again
 */
public record Terms(
        boolean spends,
        String capUsd,
        String capWindow,
        @Nullable String mostUsd,
        List<Duration> durations,
        String accessFor,
        long signInDays) {
    /**
     * One choice of how long.
     *
     * @param value what the form sends, such as {@code P30D}
     * @param text such as {@code 30 days, until 23 December 2026}
     */
    public record Duration(String value, String text) {}
}
