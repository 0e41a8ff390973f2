package dev.tollgate.oauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what forged tokens may cost: a signature takes a hundred times as long to check as everything else about a token.
 * Failures are counted by the grant that a token names. Whoever knows a grant of somebody's can so keep unknown tokens of that one
 * grant out, and nothing else: tokens that this node has issued or seen before are not checked again. The few whose grant
 * is not known here yet, another node's of a moment ago, are counted together.
 */
final class SignatureChecks {
    private static final int MOST_OF_GRANT = 20;
    private static final Duration OF_GRANT_WITHIN = Duration.ofMinutes(1);
    private static final int MOST_OF_UNKNOWN = 100;
    private static final Duration OF_UNKNOWN_WITHIN = Duration.ofSeconds(2);
    private static final int MOST_KEPT = 10_000;

    /** Checks a signature. */
    @FunctionalInterface
    interface Check {
        boolean good() throws JOSEException;
    }

    private final Bucket unknown = bucket(MOST_OF_UNKNOWN, OF_UNKNOWN_WITHIN);
    private final Cache<String, Bucket> grants = Caffeine.newBuilder()
            .maximumSize(MOST_KEPT)
            .expireAfterAccess(OF_GRANT_WITHIN.plusMinutes(1))
            .build();

    /**
     * Whether the signature is good; false without a look once there were too many that are not.
     *
     * @param grantId null: of a grant that is not known here
     */
    boolean pass(@Nullable String grantId, Check check) throws JOSEException {
        Bucket bucket =
                grantId == null ? unknown : grants.get(grantId, fresh -> bucket(MOST_OF_GRANT, OF_GRANT_WITHIN));
        if (!bucket.tryConsume(1)) {
            return false;
        }
        boolean good = check.good();
        if (good) {
            bucket.addTokens(1);
        }
        return good;
    }

    private static Bucket bucket(int most, Duration within) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(most).refillGreedy(most, within))
                .build();
    }
}
