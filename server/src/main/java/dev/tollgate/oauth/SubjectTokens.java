package dev.tollgate.oauth;

import java.time.Instant;
import java.util.List;

/**
 * Tokens of others that are good for one of ours: the subject token of a token exchange (RFC 8693), the assertion of
 * {@code jwt-bearer} (RFC 7523), an ID-JAG. Whoever knows their issuers judges them; all refusals look the same outside.
 */
@FunctionalInterface
public interface SubjectTokens {
    /** Trusts nobody. */
    SubjectTokens NONE = presented -> new Judgement.Refused();

    /**
     * What was presented.
     *
     * @param token in the clear; neither kept nor logged
     * @param type by RFC 8693 section 3, such as {@code urn:ietf:params:oauth:token-type:jwt}
     * @param assertion whether it came as the assertion of {@code jwt-bearer}
     * @param client the client that presents it, proven or public; empty: it named none
     * @param scopes asked for; empty: none in particular
     * @param resource asked for, one that this server has
     * @param address the client's IP address as text
     */
    record Presented(
            String token,
            String type,
            boolean assertion,
            String client,
            List<String> scopes,
            String resource,
            String address) {
        @Override
        public String toString() {
            return "Presented[" + type + "]";
        }
    }

    /** Whether it is good, and for what. */
    sealed interface Judgement {
        /**
         * It is: a grant of these terms is made for it.
         *
         * @param grant whose end is that of whatever the token is for
         * @param latest no access token outlives this
         * @param actor who it is, for the audit trail
         */
        record Accepted(Grants.Draft grant, Instant latest, String actor) implements Judgement {}

        /** It is not. The reason is in the audit trail, written by whoever judged. */
        record Refused() implements Judgement {}
    }

    /** Judges it. Blocking. */
    Judgement judge(Presented presented);
}
