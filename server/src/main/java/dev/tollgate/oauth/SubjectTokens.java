package dev.tollgate.oauth;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
     * @param client that presents it, and has authenticated if it is confidential; that of jobs where none was named
     * @param scopes asked for; empty: none in particular
     * @param resource asked for, one that this server has; null: none in particular
     * @param address the client's IP address as text
     */
    record Presented(
            String token,
            String type,
            boolean assertion,
            Client client,
            List<String> scopes,
            @Nullable String resource,
            String address) {
        @Override
        public String toString() {
            return "Presented[" + type + "]";
        }
    }

    /** Whether it is good, and for what. */
    sealed interface Judgement {
        /**
         * It is.
         *
         * @param grant in force; the token is issued to its client
         * @param scopes of the token, no more than the grant's
         * @param resource that the token is for
         * @param latest no access token outlives this
         */
        record Accepted(AccessGrant grant, List<String> scopes, String resource, Instant latest) implements Judgement {
            public Accepted {
                scopes = List.copyOf(scopes);
            }
        }

        /** It is not. The reason is in the audit trail, written by whoever judged, or it is one of many in a sum there. */
        record Refused() implements Judgement {}
    }

    /** Judges it. Blocking. */
    Judgement judge(Presented presented);
}
