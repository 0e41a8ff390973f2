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
 */
record OutsideJourney(String provider, String state, String nonce, String verifier, Errand errand, Instant expiresAt) {
    /** What somebody goes to a provider for. */
    sealed interface Errand {
        /**
         * To sign in.
         *
         * @param returnTo the local path to go on to; null: the account's page
         * @param fresh whether it must be a sign-in of just now
         */
        record SignIn(@Nullable String returnTo, boolean fresh) implements Errand {}

        /**
         * To link the account there to the person of a session.
         *
         * @param session its id
         */
        record Linking(String session) implements Errand {}

        /**
         * To come in by an invitation.
         *
         * @param text its link's secret
         */
        record Accepting(String text) implements Errand {
            @Override
            public String toString() {
                return "Accepting[hidden]";
            }
        }
    }

    /** Its cookie. */
    static final String COOKIE = "__Host-tollgate-outside";

    static final Duration LIFE = Duration.ofMinutes(10);
    /** What browsers keep of a cookie, name and attributes included, is 4096 bytes (RFC 6265 section 6.1). */
    private static final int LONGEST_SEALED = 3_800;

    private static final String PLACE = "journey to an identity provider";

    /** When somebody set out who must sign in there anew; null: an earlier sign-in there will do. */
    @Nullable
    Instant freshSince() {
        return errand instanceof Errand.SignIn signIn && signIn.fresh() ? expiresAt.minus(LIFE) : null;
    }

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
        switch (errand) {
            case Errand.SignIn(String returnTo, boolean fresh) ->
                json.put("return_to", returnTo).put("fresh", fresh);
            case Errand.Linking(String session) -> json.put("session", session);
            case Errand.Accepting(String text) -> json.put("invitation", text);
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
                errand(json),
                Instant.ofEpochMilli(json.path("expires_at").asLong(0)));
        return now.isBefore(journey.expiresAt) ? journey : null;
    }

    private static Errand errand(JsonNode json) {
        if (json.has("session")) {
            return new Errand.Linking(json.path("session").asString(""));
        }
        if (json.has("invitation")) {
            return new Errand.Accepting(json.path("invitation").asString(""));
        }
        JsonNode returnTo = json.path("return_to");
        return new Errand.SignIn(
                returnTo.isString() ? returnTo.stringValue() : null,
                json.path("fresh").asBoolean(false));
    }

    @Override
    public String toString() {
        return "OutsideJourney[" + provider + "]";
    }
}
