package dev.tollgate.identity.federation;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A rule that is to be added; see {@link TrustRule}. Empty texts and lists, and nulls, mean what is usual.
 *
 * @param lifetime null: as long as is allowed
 */
public record NewTrustRule(
        String name,
        TrustRule.Kind kind,
        String issuer,
        boolean near,
        String audience,
        Map<String, String> claims,
        List<String> scopes,
        String account,
        TrustRule.@Nullable Cap cap,
        @Nullable Duration lifetime) {
    public NewTrustRule {
        claims = Map.copyOf(claims);
        scopes = List.copyOf(scopes);
    }
}
