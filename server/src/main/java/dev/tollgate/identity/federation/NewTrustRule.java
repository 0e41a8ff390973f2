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
    public NewTrustRule(
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
        this.name = name;
        this.kind = kind;
        this.issuer = issuer;
        this.near = near;
        this.audience = audience;
        this.claims = Map.copyOf(claims);
        this.scopes = List.copyOf(scopes);
        this.account = account;
        this.cap = cap;
        this.lifetime = lifetime;
    }
}
