package dev.tollgate.oauth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.client.RegistrationError;
import dev.tollgate.kernel.store.StoredText;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges what clients say of themselves (RFC 7591 section 2), wherever it came from. */
final class ClientMetadataReader {
    /** What a client may do that nobody has vouched for. */
    static final Set<GrantType> OF_STRANGERS =
            Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN, GrantType.DEVICE_CODE);

    static final Set<GrantType> ALL = Set.of(
            GrantType.AUTHORIZATION_CODE,
            GrantType.REFRESH_TOKEN,
            GrantType.DEVICE_CODE,
            GrantType.CLIENT_CREDENTIALS,
            GrantType.TOKEN_EXCHANGE,
            GrantType.JWT_BEARER);

    static final List<ClientAuthenticationMethod> METHODS = List.of(
            ClientAuthenticationMethod.NONE,
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            ClientAuthenticationMethod.CLIENT_SECRET_POST,
            ClientAuthenticationMethod.PRIVATE_KEY_JWT);

    static final String POST_LOGOUT = "post_logout_redirect_uris";

    private static final int MOST_REDIRECTS = 20;
    /** Characters of all origins together: they stand in each access token, which must fit into a header. */
    private static final int LONGEST_ORIGINS = 2_000;

    private static final int LONGEST_NAME = 100;

    private ClientMetadataReader() {}

    /**
     * Checks everything, and puts in what the RFC's defaults are.
     *
     * @param allowed grant types; others that are asked for are left out (RFC 7591 section 3.2.1)
     * @param account who pays for what the client does in its own name
     * @throws OAuthRefusal {@code invalid_client_metadata} or {@code invalid_redirect_uri}
     */
    static Client read(
            String id,
            Client.Kind kind,
            ClientMetadata metadata,
            String secretHash,
            Set<GrantType> allowed,
            String account) {
        Set<GrantType> grantTypes = grantTypes(metadata, allowed);
        List<String> redirects = redirects(metadata, grantTypes);
        ClientAuthenticationMethod method = method(metadata);
        JWKSet jwks = metadata.getJWKSet();
        URI jwksUri = metadata.getJWKSetURI();
        if (jwks != null && jwksUri != null) {
            throw invalid("Give the keys in jwks, or their place in jwks_uri, not both.");
        }
        if (jwks != null && jwks.containsNonPublicKeys()) {
            throw invalid("jwks holds a key that is not public. Keep it, make a new pair, and give its public half.");
        }
        boolean byKey = method.equals(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        if (byKey && jwksUri != null && !ClientKeySets.mayBeFetched(jwksUri)) {
            throw invalid("jwks_uri must be an https address, without a user and a fragment.");
        }
        if (byKey && jwksUri == null && (jwks == null || jwks.isEmpty() || jwks.size() > AssertionKeys.MOST)) {
            throw invalid(
                    "private_key_jwt needs one to " + AssertionKeys.MOST + " public keys in jwks, or a jwks_uri.");
        }
        if (byKey && jwks != null && !jwks.getKeys().stream().allMatch(AssertionKeys::isFit)) {
            throw invalid("jwks holds a key that is not one of " + AssertionKeys.WANTED + ".");
        }
        return new Client(
                id,
                kind,
                name(metadata, id),
                redirects,
                grantTypes,
                method.getValue(),
                secretHash,
                byKey && jwks != null ? jwks.toPublicJWKSet() : null,
                byKey ? jwksUri : null,
                metadata.getDPoPBoundAccessTokens(),
                scopes(metadata),
                account,
                postLogoutRedirects(metadata));
    }

    private static Set<GrantType> grantTypes(ClientMetadata metadata, Set<GrantType> allowed) {
        Set<GrantType> asked = metadata.getGrantTypes();
        if (asked == null || asked.isEmpty()) {
            // Nearly all of those that leave it out expect to stay signed in.
            return Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN);
        }
        Set<GrantType> kept = asked.stream().filter(allowed::contains).collect(Collectors.toSet());
        if (kept.isEmpty()) {
            throw invalid("None of the grant types that were asked for is open to this client.");
        }
        return kept;
    }

    private static List<String> redirects(ClientMetadata metadata, Set<GrantType> grantTypes) {
        Set<String> asked = metadata.getRedirectionURIStrings();
        Set<String> redirects = asked == null ? Set.of() : new LinkedHashSet<>(asked);
        if (redirects.isEmpty() && grantTypes.contains(GrantType.AUTHORIZATION_CODE)) {
            throw invalidRedirect("authorization_code needs redirect_uris.");
        }
        if (redirects.size() > MOST_REDIRECTS) {
            throw invalidRedirect("More than " + MOST_REDIRECTS + " redirect URIs.");
        }
        for (String redirect : redirects) {
            String fault = RedirectUris.fault(redirect);
            if (fault != null) {
                throw invalidRedirect(fault);
            }
        }
        int origins = RedirectUris.origins(redirects).stream()
                .mapToInt(String::length)
                .sum();
        if (origins > LONGEST_ORIGINS) {
            throw invalidRedirect("The redirect URIs' origins have more than " + LONGEST_ORIGINS + " characters.");
        }
        return List.copyOf(redirects);
    }

    /** OpenID Connect RP-Initiated Logout 1.0 section 3.1. */
    private static List<String> postLogoutRedirects(ClientMetadata metadata) {
        Object asked = metadata.getCustomField(POST_LOGOUT);
        if (asked == null) {
            return List.of();
        }
        if (!(asked instanceof List<?> addresses) || addresses.size() > MOST_REDIRECTS) {
            throw invalid(POST_LOGOUT + " is a list of " + MOST_REDIRECTS + " addresses at most.");
        }
        List<String> redirects = new ArrayList<>();
        for (Object each : addresses) {
            if (!(each instanceof String redirect) || RedirectUris.fault(redirect) != null) {
                throw invalid(POST_LOGOUT + " has what could not be a redirect URI.");
            }
            redirects.add(redirect);
        }
        return redirects;
    }

    private static ClientAuthenticationMethod method(ClientMetadata metadata) {
        ClientAuthenticationMethod asked = metadata.getTokenEndpointAuthMethod();
        ClientAuthenticationMethod method = asked == null ? ClientAuthenticationMethod.getDefault() : asked;
        if (!METHODS.contains(method)) {
            throw invalid("token_endpoint_auth_method must be none, client_secret_basic, client_secret_post or"
                    + " private_key_jwt.");
        }
        return method;
    }

    private static String name(ClientMetadata metadata, String id) {
        String name = metadata.getName();
        String clean = name == null ? "" : StoredText.clean(name.strip(), LONGEST_NAME);
        return clean.isEmpty() ? id : clean;
    }

    /** What strangers say is no promise: unknown names are left out. */
    private static List<String> scopes(ClientMetadata metadata) {
        if (metadata.getScope() == null) {
            return List.of();
        }
        return metadata.getScope().toStringList().stream()
                .filter(ClientMetadataReader::known)
                .toList();
    }

    private static boolean known(String scope) {
        try {
            return !Scopes.asked(List.of(scope)).isEmpty();
        } catch (OAuthRefusal unknown) {
            return false;
        }
    }

    static OAuthRefusal invalid(String description) {
        return OAuthRefusal.of(RegistrationError.INVALID_CLIENT_METADATA, description);
    }

    private static OAuthRefusal invalidRedirect(@Nullable String description) {
        return OAuthRefusal.of(RegistrationError.INVALID_REDIRECT_URI, String.valueOf(description));
    }
}
