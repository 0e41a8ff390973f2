package dev.tollgate.console;

import dev.tollgate.console.OutsideFailure.Kind;
import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.kernel.Json;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an OpenID provider publishes of itself (OpenID Connect Discovery 1.0 section 3), as far as signing in needs it. Read
 * by hand: the issuer of Microsoft's document for many tenants is a template, which is no URI.
 *
 * @param namesItself whether each of its answers holds {@code iss} (RFC 9207 section 3)
 * @param secretInForm whether the client's secret goes into the form, since the provider takes no basic authentication
 * @param tellsAuthTime whether it says that its ID tokens may hold {@code auth_time}: where it is asked for the time it then has no
 *     excuse
 */
record OutsideConfiguration(
        URI authorizationEndpoint,
        URI tokenEndpoint,
        URI keys,
        boolean namesItself,
        boolean secretInForm,
        boolean tellsAuthTime) {
    /**
     * Reads the document of this provider.
     *
     * @throws OutsideFailure if it is no such document, or another issuer's (section 4.3)
     */
    static OutsideConfiguration read(IdentityProvider provider, byte[] document) throws OutsideFailure {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(document);
        } catch (JacksonException e) {
            throw new OutsideFailure(Kind.AWAY, "its configuration is no JSON");
        }
        if (!provider.configuredIssuer().equals(text(json, "issuer"))) {
            throw new OutsideFailure(Kind.AWAY, "its configuration names another issuer");
        }
        return new OutsideConfiguration(
                endpoint(provider, json, "authorization_endpoint"),
                endpoint(provider, json, "token_endpoint"),
                endpoint(provider, json, "jwks_uri"),
                json.path("authorization_response_iss_parameter_supported").asBoolean(false),
                secretInForm(json.path("token_endpoint_auth_methods_supported")),
                names(json.path("claims_supported"), "auth_time"));
    }

    private static boolean names(JsonNode list, String one) {
        for (JsonNode each : list) {
            if (one.equals(each.asString(""))) {
                return true;
            }
        }
        return false;
    }

    /** Basic where it is taken, or nothing is said of it: that is the default (section 3). */
    private static boolean secretInForm(JsonNode methods) {
        boolean basic = !methods.isArray();
        boolean form = false;
        for (JsonNode method : methods) {
            basic |= "client_secret_basic".equals(method.asString(""));
            form |= "client_secret_post".equals(method.asString(""));
        }
        return form && !basic;
    }

    /** The browser goes to the first of them, with whatever state it brings: an address that people could be lured by. */
    private static URI endpoint(IdentityProvider provider, JsonNode json, String field) throws OutsideFailure {
        URI uri;
        try {
            uri = URI.create(String.valueOf(text(json, field)));
        } catch (IllegalArgumentException e) {
            throw new OutsideFailure(Kind.AWAY, "its " + field + " is no URL");
        }
        boolean encrypted = "https".equals(uri.getScheme());
        boolean plain = provider.near() && "http".equals(uri.getScheme());
        if (!(encrypted || plain)
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null) {
            throw new OutsideFailure(Kind.AWAY, "its " + field + " is no https URL");
        }
        return uri;
    }

    private static @Nullable String text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isString() ? value.stringValue() : null;
    }
}
