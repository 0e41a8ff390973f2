package dev.tollgate.identity.provider;

import java.util.List;

/**
 * A provider that is to be added; see {@link IdentityProvider}.
 *
 * @param clientSecret empty: a client without one
 */
public record NewIdentityProvider(
        String name,
        String title,
        String issuer,
        String clientId,
        String clientSecret,
        List<String> hostedDomains,
        List<String> tenants,
        boolean near) {
    @Override
    public String toString() {
        return "NewIdentityProvider[" + name + "]";
    }
}
