package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One try at one candidate.
 *
 * <p>One that was sent and got no answer may be on its provider's bill, whoever answered after it. What it may have cost is for the
 * budgets of its place, and part of the call's cost, unless that is the reservation.
 *
 * @param credentialName null if it failed before a credential was chosen
 * @param startMicros from the moment the request's head had been read
 * @param micros how long it took
 * @param status the HTTP status; 0 if there was none
 * @param result what came of it, in a few words: {@code ok}, {@code rate_limit}, {@code connect refused}
 * @param lostNanoUsd what it may have cost by estimate, if it was lost; in nano-US-dollars, as the next
 * @param billedNanoUsd how much of that is part of the call's cost
 */
public record Attempt(
        String provider,
        String model,
        @Nullable String credentialName,
        long startMicros,
        long micros,
        int status,
        String result,
        long lostNanoUsd,
        long billedNanoUsd) {
    public Attempt {
        provider = Texts.clean(provider, 64);
        model = Texts.clean(model, 200);
        credentialName = Texts.cleanOrNull(credentialName, 128);
        result = Texts.clean(result, 200);
        if (billedNanoUsd < 0 || billedNanoUsd > lostNanoUsd) {
            throw new IllegalArgumentException("of a lost attempt no more is billed than it may have cost");
        }
    }

    /** One that was not lost. */
    public Attempt(
            String provider,
            String model,
            @Nullable String credentialName,
            long startMicros,
            long micros,
            int status,
            String result) {
        this(provider, model, credentialName, startMicros, micros, status, result, 0, 0);
    }

    /** The same, lost. */
    public Attempt asLost(long lost, long billed) {
        return new Attempt(provider, model, credentialName, startMicros, micros, status, result, lost, billed);
    }
}
