package dev.tollgate.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One try at one candidate.
 *
 * @param credentialName null if it failed before a credential was chosen
 * @param startMicros from the moment the request's head had been read
 * @param micros how long it took
 * @param status the HTTP status; 0 if there was none
 * @param result what came of it, in a few words: {@code ok}, {@code rate_limit}, {@code connect refused}
 */
public record Attempt(
        String provider,
        String model,
        @Nullable String credentialName,
        long startMicros,
        long micros,
        int status,
        String result) {
    public Attempt {
        provider = Texts.clean(provider, 64);
        model = Texts.clean(model, 200);
        credentialName = Texts.cleanOrNull(credentialName, 128);
        result = Texts.clean(result, 200);
    }
}
