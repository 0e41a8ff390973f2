package dev.tollgate.identity.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens of another issuer are good for an access token of ours, and for which.
 *
 * @param id {@code fed_…}
 * @param name unique
 * @param issuer {@code iss}, exactly
 * @param near whether the issuer may be on this machine or in a private network, there also without TLS
 * @param audience {@code aud}, exactly; empty for an ID-JAG, whose audience is the gate itself
 * @param claims what each claim must be, by the claim's name; a {@code *} at the end stands for any rest
 * @param scopes the most that is given
 * @param account who pays for jobs; empty for an ID-JAG: the person's own
 * @param cap null: none of its own
 * @param lifetime of an access token
 */
public record TrustRule(
        String id,
        String name,
        Kind kind,
        String issuer,
        boolean near,
        String audience,
        SortedMap<String, String> claims,
        List<String> scopes,
        String account,
        @Nullable Cap cap,
        Duration lifetime,
        Instant createdAt) {
    /** In whose name an access token is. */
    public enum Kind {
        /** Of a job, which stands for nobody. */
        JOB("job"),
        /** Of a person, as the company's identity provider says (Identity Assertion JWT Authorization Grant). */
        ID_JAG("id-jag");

        private final String wireName;

        Kind(String wireName) {
            this.wireName = wireName;
        }

        /** As the store and the admin API have it. */
        public String wireName() {
            return wireName;
        }

        /** The kind of that name; null if there is none. */
        public static @Nullable Kind of(String wireName) {
            return switch (wireName) {
                case "job" -> JOB;
                case "id-jag" -> ID_JAG;
                default -> null;
            };
        }
    }

    /**
     * What may be spent: of all jobs of the rule together, or of each person and client.
     *
     * @param nanoUsd in nano-US-dollars, 0 or more
     * @param monthly in each calendar month; else on each day
     */
    public record Cap(long nanoUsd, boolean monthly) {
        public Cap {
            if (nanoUsd < 0) {
                throw new IllegalArgumentException("A cap is not negative.");
            }
        }
    }

    public TrustRule {
        claims = Collections.unmodifiableSortedMap(new TreeMap<>(Map.copyOf(claims)));
        scopes = List.copyOf(scopes);
    }
}
