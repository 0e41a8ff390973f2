package dev.tollgate.console;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A sign-in on its way to a provider and back. It travels in a cookie, encrypted, so that only the browser that set out can
 * arrive, and so that any node can receive it.
 *
 * @param provider its name
 * @param state what the answer must bring back (RFC 9700 section 4.7)
 * @param nonce what the ID token must hold
 * @param verifier PKCE's (RFC 7636)
 * @param returnTo the local path to go on to
 * @param session of the person who is linking an identity; null: somebody signs in
 */
record OutsideJourney(
        String provider,
        String state,
        String nonce,
        String verifier,
        @Nullable String returnTo,
        @Nullable String session,
        Instant expiresAt) {
    /** Its cookie. */
    static final String COOKIE = "__Host-tollgate-outside";

    static final Duration LIFE = Duration.ofMinutes(10);
    /** What browsers keep of a cookie, name and attributes included, is 4096 bytes (RFC 6265 section 6.1). */
    private static final int LONGEST_SEALED = 3_800;

    private static final String PLACE = "journey to an identity provider";

    /** The cookie's text; null if it would be longer than a browser keeps. */
    @Nullable
    String seal(TextSealer sealer) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("provider", provider)
                .put("state", state)
                .put("nonce", nonce)
                .put("verifier", verifier)
                .put("expires_at", expiresAt.toEpochMilli());
        if (returnTo != null) {
            json.put("return_to", returnTo);
        }
        if (session != null) {
            json.put("session", session);
        }
        String sealed = sealer.seal(PLACE, json.toString());
        return sealed.length() > LONGEST_SEALED ? null : sealed;
    }

    /** What the cookie holds; null if it is none of ours, or too old. */
    static @Nullable OutsideJourney open(TextSealer sealer, @Nullable String cookie, Instant now) {
        if (cookie == null || cookie.isEmpty() || cookie.length() > LONGEST_SEALED) {
            return null;
        }
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(sealer.open(PLACE, cookie));
        } catch (Refusal | IllegalArgumentException forged) {
            return null;
        }
        OutsideJourney journey = new OutsideJourney(
                json.path("provider").asString(""),
                json.path("state").asString(""),
                json.path("nonce").asString(""),
                json.path("verifier").asString(""),
                json.has("return_to") ? json.path("return_to").asString("") : null,
                json.has("session") ? json.path("session").asString("") : null,
                Instant.ofEpochMilli(json.path("expires_at").asLong(0)));
        return now.isBefore(journey.expiresAt) ? journey : null;
    }

    @Override
    public String toString() {
        return "OutsideJourney[" + provider + "]";
    }
}
