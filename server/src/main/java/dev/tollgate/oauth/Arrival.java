package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.openid.connect.sdk.Prompt;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a browser has brought to the authorization endpoint. */
sealed interface Arrival {
    /**
     * Nobody knows whether the address for the answer is the client's: the person is told, and nothing is sent anywhere
     * (RFC 6749 section 4.1.2.1).
     */
    record Unsafe(String message, String cure) implements Arrival {}

    /** The client asks for what it cannot have, and is told. */
    record Refused(
            Client client, String redirectUri, @Nullable State state, ErrorObject error) implements Arrival {}

    /**
     * A request that a person may decide on.
     *
     * @param requestUri of a pushed request; empty: it came with the browser
     * @param maxAgeSeconds how long ago the person may have signed in; negative: it does not matter
     * @param signedInSince the person was sent to the sign-in for this request then; null: not yet
     * @param query what the browser brought, encoded, without that mark
     */
    record Asked(
            AuthorizationRequests.Checked checked,
            @Nullable State state,
            String requestUri,
            Set<Prompt.Type> prompt,
            long maxAgeSeconds,
            @Nullable Instant signedInSince,
            String query)
            implements Arrival {
        /** The parameter that says when the person was sent to the sign-in for this request. */
        static final String SIGNED_IN_SINCE = "signed_in_since";

        public Asked {
            prompt = Set.copyOf(prompt);
        }

        Client client() {
            return checked.client();
        }

        String redirectUri() {
            return checked.redirectUri();
        }

        /** The same for these scopes alone. */
        Asked within(List<String> scopes) {
            return new Asked(checked.within(scopes), state, requestUri, prompt, maxAgeSeconds, signedInSince, query);
        }

        /** OpenID Connect Core section 3.1.2.1: no page may be shown. */
        boolean silent() {
            return prompt.contains(Prompt.Type.NONE);
        }

        /**
         * Whether the person must prove once more who they are. The mark in the query is not signed: whoever forges it could
         * leave the wish out just as well, and the client sees {@code auth_time} in its ID token.
         */
        boolean wantsSignIn(Instant signedInAt, Instant now) {
            if (signedInSince != null && !signedInAt.isBefore(signedInSince)) {
                return false;
            }
            boolean old =
                    maxAgeSeconds >= 0 && signedInAt.plusSeconds(maxAgeSeconds).isBefore(now);
            return old || wantsNewSignIn();
        }

        /** Whether no sign-in of before will do, wherever it was. */
        boolean wantsNewSignIn() {
            return prompt.contains(Prompt.Type.LOGIN);
        }

        /**
         * Whether the person is still to choose as whom they go on (section 3.1.2.1, {@code select_account}). Whoever has begun
         * a session since has chosen, however long ago they proved elsewhere who they are.
         */
        boolean wantsChoice(Instant sessionBeganAt) {
            return prompt.contains(Prompt.Type.SELECT_ACCOUNT)
                    && (signedInSince == null || sessionBeganAt.isBefore(signedInSince));
        }

        /** Where to come back to from the sign-in: this request, marked so that it does not send the person there again. */
        String comeBack(Instant now) {
            return AuthorizeEndpoint.PATH + "?" + marked(now);
        }

        /**
         * What stands for it in a form of ours, to be judged again when that comes back. The sign-in was young enough when
         * the form was shown; that somebody reads it with care does not make it too old.
         */
        String again(Instant signedInAt) {
            return marked(signedInAt);
        }

        private String marked(Instant since) {
            return query + "&" + SIGNED_IN_SINCE + "=" + since.toEpochMilli();
        }

        /** Without what it holds. */
        @Override
        public String toString() {
            return "Asked[" + client().id() + "]";
        }
    }
}
