package dev.tollgate.kernel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * That answers may be given again: up to which age, and to whom.
 *
 * @param maxAgeSeconds how old an answer may be, 1 to {@value #MOST_SECONDS}
 */
public record CachePolicy(long maxAgeSeconds, Scope scope) {
    /** A week. The cache is in memory and forgets sooner where it is full. */
    public static final long MOST_SECONDS = 604_800;

    /** Who may get an answer that was given before. */
    public enum Scope {
        /** The same virtual key. */
        CALLER,
        /** Every virtual key of the same account. */
        ACCOUNT;

        private final String wireName = name().toLowerCase(Locale.ROOT);

        public String wireName() {
            return wireName;
        }
    }

    public CachePolicy {
        if (maxAgeSeconds < 1 || maxAgeSeconds > MOST_SECONDS) {
            throw Refusal.invalid(
                    "An answer is kept for between a second and seven days.", "Give max_age_seconds, such as 600.");
        }
    }

    /**
     * The policy of that age and scope.
     *
     * @param scope a wire name; null for {@link Scope#CALLER}
     * @throws Refusal if the age is out of range, or the scope is none
     */
    public static CachePolicy of(long maxAgeSeconds, @Nullable String scope) {
        for (Scope each : Scope.values()) {
            if (scope == null || each.wireName().equals(scope)) {
                return new CachePolicy(maxAgeSeconds, each);
            }
        }
        throw Refusal.invalid("There is no such scope of kept answers.", "The scopes are caller and account.");
    }

    /** What both allow where both are given; what one allows where the other says nothing; null where neither does. */
    public static @Nullable CachePolicy both(@Nullable CachePolicy one, @Nullable CachePolicy other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new CachePolicy(
                Math.min(one.maxAgeSeconds, other.maxAgeSeconds),
                one.scope == Scope.ACCOUNT && other.scope == Scope.ACCOUNT ? Scope.ACCOUNT : Scope.CALLER);
    }
}
