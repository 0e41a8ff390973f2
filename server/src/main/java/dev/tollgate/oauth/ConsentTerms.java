package dev.tollgate.oauth;

import dev.tollgate.kernel.Money;
import dev.tollgate.oauth.SpendingCap.Window;
import dev.tollgate.web.Params;
import dev.tollgate.web.page.Problems;
import dev.tollgate.web.page.Terms;
import dev.tollgate.web.page.Words;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How much an app may spend and until when, as a person chooses it in a form. */
final class ConsentTerms {
    private static final String CAP = "cap_usd";
    private static final String WINDOW = "cap_window";
    private static final String ACCESS_FOR = "access_for";
    /** A first cap that neither hinders an afternoon's work nor ruins anybody. */
    private static final SpendingCap FIRST = new SpendingCap(10 * Money.NANO_USD_PER_USD, Window.DAY);

    private static final String FIRST_FOR = "P90D";
    private static final Pattern DOLLARS = Pattern.compile("\\d{1,6}(\\.\\d{1,2})?");

    /** What a form says. */
    sealed interface Choice {
        /**
         * Well chosen.
         *
         * @param cap null: the app cannot spend
         */
        record Chosen(@Nullable SpendingCap cap, Instant expiresAt) implements Choice {}

        /** To be corrected; what was typed stands in the form. */
        record Wrong(Terms typed, Problems problems) implements Choice {}
    }

    private record Span(String value, String text) {}

    private static final List<Span> SPANS = List.of(
            new Span("P1D", "One day"),
            new Span("P7D", "7 days"),
            new Span("P30D", "30 days"),
            new Span(FIRST_FOR, "90 days"),
            new Span("P365D", "One year"));

    private ConsentTerms() {}

    /** Whether a token of these scopes can cost anything. */
    static boolean spends(List<String> scopes) {
        return Scopes.modelGlobs(scopes) != null;
    }

    /**
     * What the form proposes.
     *
     * @param present the cap that the app has; null: none yet
     */
    static Terms offered(List<String> scopes, @Nullable SpendingCap present, Instant now) {
        SpendingCap cap = present == null ? FIRST : present;
        return terms(scopes, Money.formatUsd(cap.nanoUsd()), cap.window().wireName(), FIRST_FOR, now);
    }

    private static Terms terms(List<String> scopes, String capUsd, String window, String accessFor, Instant now) {
        List<Terms.Duration> durations = SPANS.stream()
                .map(span ->
                        new Terms.Duration(span.value(), span.text() + ", until " + Words.day(end(span.value(), now))))
                .toList();
        return new Terms(spends(scopes), capUsd, window, null, durations, accessFor, OAuthSettings.SIGN_IN.toDays());
    }

    private static Instant end(String value, Instant now) {
        return now.atZone(ZoneOffset.UTC).plus(Period.parse(value)).toInstant();
    }

    /** Reads the form. */
    static Choice chosen(Params form, List<String> scopes, Instant now) {
        List<Problems.Problem> problems = new ArrayList<>();
        boolean spends = spends(scopes);
        String typed = form.get(CAP);
        String plain = typed == null ? "" : typed.strip().replaceFirst("^\\$", "");
        Window window = window(form.get(WINDOW));
        long nanoUsd = DOLLARS.matcher(plain).matches() ? Money.parseUsd(plain) : 0;
        if (spends && nanoUsd == 0) {
            problems.add(
                    new Problems.Problem(CAP, "Type an amount in US dollars from 0.01 to 999999.99, such as 10.00."));
        }
        if (spends && window == null) {
            problems.add(new Problems.Problem(CAP, "Choose whether that is for each day or for each month."));
        }
        String span = form.get(ACCESS_FOR);
        boolean known = SPANS.stream().anyMatch(each -> each.value().equals(span));
        if (span == null || !known) {
            problems.add(new Problems.Problem(ACCESS_FOR, "Choose for how long."));
        }
        if (span == null || !problems.isEmpty()) {
            String shown = typed == null ? "" : typed.substring(0, Math.min(typed.length(), 12));
            String chosenWindow = window == null ? Window.DAY.wireName() : window.wireName();
            String chosenSpan = span == null || !known ? FIRST_FOR : span;
            return new Choice.Wrong(terms(scopes, shown, chosenWindow, chosenSpan, now), new Problems(problems));
        }
        SpendingCap cap = spends && window != null ? new SpendingCap(nanoUsd, window) : null;
        return new Choice.Chosen(cap, end(span, now));
    }

    private static @Nullable Window window(@Nullable String wireName) {
        for (Window each : Window.values()) {
            if (each.wireName().equals(wireName)) {
                return each;
            }
        }
        return null;
    }
}
