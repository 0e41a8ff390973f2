package dev.tollgate.identity.provider;

import java.time.Instant;
import java.util.List;

/**
 * An OpenID provider by which people sign in, without its client's secret.
 *
 * @param name letters, digits and hyphens; stands in the address that the provider sends people back to
 * @param title what people read
 * @param issuer as the provider's configuration names itself; where there are tenants, with {@code organizations} or
 *     {@code common} in their place
 * @param hostedDomains which values of Google's claim {@code hd} come in; empty: any, and none
 * @param tenants which values of Microsoft's claim {@code tid} come in; empty: the issuer is a single one
 * @param near whether it may be on this machine or in a private network
 */
public record IdentityProvider(
        String name,
        String title,
        String issuer,
        String clientId,
        List<String> hostedDomains,
        List<String> tenants,
        boolean near,
        Instant createdAt) {
    /** In an issuer for many tenants: what stands in the place of one. */
    private static final String MANY = "/(common|organizations)/";

    /** Whether an issuer is one for many tenants (Microsoft identity platform, "OpenID Connect on the Microsoft identity platform"). */
    static boolean isForMany(String issuer) {
        return issuer.matches("https?://[^/]+" + MANY + "v2\\.0");
    }

    /** What the provider's configuration calls itself: for many tenants a template. */
    public String configuredIssuer() {
        return tenants.isEmpty() ? issuer : issuer.replaceFirst(MANY, "/{tenantid}/");
    }

    /** Who issues its tokens: one, or one for each tenant. */
    public List<String> issuers() {
        return tenants.isEmpty()
                ? List.of(issuer)
                : tenants.stream().map(this::issuerOf).toList();
    }

    /**
     * Who issues the tokens of one tenant.
     *
     * @param tenant one of {@link #tenants}
     */
    public String issuerOf(String tenant) {
        return configuredIssuer().replace("{tenantid}", tenant);
    }
}
