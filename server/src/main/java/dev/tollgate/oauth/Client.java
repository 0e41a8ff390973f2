package dev.tollgate.oauth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An OAuth client, as far as it is known. Only a built-in or a static one has been vouched for by anybody.
 *
 * @param name as it calls itself; may be anything
 * @param redirectUris as registered
 * @param authMethod {@code token_endpoint_auth_method} of RFC 7591
 * @param secretHash empty: it has none
 * @param jwks its public keys, for {@code private_key_jwt}; null: it has none, or they are to be fetched
 * @param jwksUri where its public keys are fetched; null: they are not
 * @param dpop whether all its tokens must be bound to a key (RFC 9449 section 5.2)
 * @param scopes what it may ask for at most; empty: anything
 * @param account who pays for what it does in its own name
 * @param postLogoutRedirectUris where people may be sent after they have signed out (OpenID Connect RP-Initiated Logout 1.0)
 */
public record Client(
        String id,
        Kind kind,
        String name,
        List<String> redirectUris,
        Set<GrantType> grantTypes,
        String authMethod,
        String secretHash,
        @Nullable JWKSet jwks,
        @Nullable URI jwksUri,
        boolean dpop,
        List<String> scopes,
        String account,
        List<String> postLogoutRedirectUris) {
    /** The method of a client that cannot keep a secret. */
    static final String NONE = "none";

    /** Where we know it from. */
    public enum Kind {
        /** Part of the product. */
        BUILT_IN,
        /** Made by an administrator. */
        STATIC,
        /** Registered itself (RFC 7591): trust nothing that it says. */
        DYNAMIC,
        /** Its id is the address of its own description: its host is true, the rest is what it says. */
        DOCUMENT
    }

    public Client {
        redirectUris = List.copyOf(redirectUris);
        grantTypes = Set.copyOf(grantTypes);
        scopes = List.copyOf(scopes);
        postLogoutRedirectUris = List.copyOf(postLogoutRedirectUris);
    }

    /** One that sends nobody anywhere after a sign-out, and whose keys are not fetched. */
    Client(
            String id,
            Kind kind,
            String name,
            List<String> redirectUris,
            Set<GrantType> grantTypes,
            String authMethod,
            String secretHash,
            @Nullable JWKSet jwks,
            boolean dpop,
            List<String> scopes,
            String account) {
        this(
                id,
                kind,
                name,
                redirectUris,
                grantTypes,
                authMethod,
                secretHash,
                jwks,
                null,
                dpop,
                scopes,
                account,
                List.of());
    }

    /** Whether somebody answers for what it says of itself: we, or an administrator. */
    boolean vouchedFor() {
        return kind == Kind.BUILT_IN || kind == Kind.STATIC;
    }

    /** Whether it proves who it is. */
    public boolean confidential() {
        return !authMethod.equals(NONE);
    }

    /** Whether answers may be sent there. */
    public boolean redirectsTo(String uri) {
        return RedirectUris.matches(redirectUris, uri);
    }

    /** Whether all its answers go to the person's own machine, where any program may take them: worth a warning. */
    public boolean localOnly() {
        return !redirectUris.isEmpty() && redirectUris.stream().allMatch(RedirectUris::isLoopback);
    }

    /**
     * The origins of its pages, as browsers write them, none twice: their scripts may read what is for it. What is part of the
     * product has none.
     */
    List<String> origins() {
        return kind == Kind.BUILT_IN ? List.of() : RedirectUris.origins(redirectUris);
    }

    /** Whether it has pages of this origin, as browsers write it. */
    boolean hasOrigin(String origin) {
        return origins().contains(origin);
    }

    /** Without the hash of its secret. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
