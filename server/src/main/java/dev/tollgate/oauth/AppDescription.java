package dev.tollgate.oauth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.nimbusds.oauth2.sdk.util.JSONObjectUtils;
import dev.tollgate.identity.Apps;
import dev.tollgate.identity.people.People;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;
import org.jspecify.annotations.Nullable;

/**
 * Puts what an administrator says of an app into the words of RFC 7591 section 2. Nothing that was said is left out in silence,
 * as it is for clients that register themselves; all else {@link ClientMetadataReader} judges, as it does theirs.
 */
final class AppDescription {
    private static final String CORRECT = "Correct the app's description.";
    private static final String REDIRECTS = "redirect_uris";
    private static final String GRANT_TYPES = "grant_types";
    private static final String METHOD = "token_endpoint_auth_method";
    private static final String KEYS = "jwks";
    private static final String BY_KEY = ClientAuthenticationMethod.PRIVATE_KEY_JWT.getValue();
    private static final int LONGEST_KEYS = 32 << 10;

    private AppDescription() {}

    /**
     * Of an app that is to be made.
     *
     * @throws Refusal if it is not well formed, or has no name
     */
    static ClientMetadata of(Apps.Traits traits) {
        JSONObject json = new JSONObject();
        json.put("client_name", "");
        json.put(REDIRECTS, new JSONArray());
        json.put(METHOD, ClientAuthenticationMethod.CLIENT_SECRET_BASIC.getValue());
        return described(json, traits);
    }

    /**
     * Of an app that is to be changed.
     *
     * @throws Refusal if it is not well formed
     */
    static ClientMetadata changed(ClientMetadata before, Apps.Traits traits) {
        return described(before.toJSONObject(true), traits);
    }

    private static ClientMetadata described(JSONObject json, Apps.Traits traits) {
        String name = traits.name();
        if (name != null) {
            json.put("client_name", name.strip());
        }
        requireName(String.valueOf(json.get("client_name")));
        put(json, REDIRECTS, traits.redirectUris());
        put(json, ClientMetadataReader.POST_LOGOUT, traits.postLogoutRedirectUris());
        putGrantTypes(json, traits.grantTypes());
        putAuthentication(json, traits);
        if (traits.dpop() != null) {
            json.put("dpop_bound_access_tokens", traits.dpop());
        }
        String account = traits.account();
        if (account != null) {
            People.requireLabels(account, null);
            json.put("account", account);
        }
        try {
            putScopes(json, traits.scopes());
            return ClientMetadata.parse(json);
        } catch (ParseException | IllegalArgumentException e) {
            throw Refusal.invalid("The redirect URIs or the way to authenticate are not well formed.", CORRECT);
        } catch (OAuthRefusal e) {
            throw Refusal.invalid(String.valueOf(e.error().getDescription()), CORRECT);
        }
    }

    private static void requireName(String name) {
        if (name.isBlank() || name.length() > Apps.LONGEST_NAME) {
            throw Refusal.invalid("A name has 1 to " + Apps.LONGEST_NAME + " characters.", CORRECT);
        }
    }

    private static void put(JSONObject json, String name, @Nullable List<String> texts) {
        if (texts != null) {
            JSONArray array = new JSONArray();
            array.addAll(texts);
            json.put(name, array);
        }
    }

    private static void putGrantTypes(JSONObject json, @Nullable List<String> said) {
        boolean signsIn = json.get(REDIRECTS) instanceof List<?> redirects && !redirects.isEmpty();
        put(json, "response_types", signsIn ? List.of("code") : List.of());
        boolean usual = said == null ? !json.containsKey(GRANT_TYPES) : said.isEmpty();
        if (usual) {
            put(json, GRANT_TYPES, usual(signsIn));
        } else if (said != null) {
            requireKnown(said);
            put(json, GRANT_TYPES, said);
        }
    }

    private static List<String> usual(boolean signsIn) {
        return signsIn
                ? List.of(GrantType.AUTHORIZATION_CODE.getValue(), GrantType.REFRESH_TOKEN.getValue())
                : List.of(GrantType.CLIENT_CREDENTIALS.getValue());
    }

    private static void requireKnown(List<String> grantTypes) {
        for (String grantType : grantTypes) {
            if (ClientMetadataReader.ALL.stream()
                    .noneMatch(each -> each.getValue().equals(grantType))) {
                throw Refusal.invalid("There is no such grant type here.", CORRECT);
            }
        }
    }

    /** Keys go with {@code private_key_jwt}, and with nothing else: what is not looked at is not kept. */
    private static void putAuthentication(JSONObject json, Apps.Traits traits) {
        String keys = traits.jwks();
        String method = traits.authMethod() == null && keys != null ? BY_KEY : traits.authMethod();
        if (method != null) {
            json.put(METHOD, method);
        }
        boolean byKey = BY_KEY.equals(json.get(METHOD));
        if (keys != null && !byKey) {
            throw Refusal.invalid("jwks is for " + BY_KEY + " alone.", "Leave it out, or give that as " + METHOD + ".");
        }
        if (keys != null) {
            json.put(KEYS, keySet(keys));
        } else if (!byKey) {
            json.remove(KEYS);
        }
    }

    private static JSONObject keySet(String text) {
        if (text.length() > LONGEST_KEYS) {
            throw Refusal.invalid("jwks has more than " + LONGEST_KEYS / 1024 + " KB.", "Give the public keys alone.");
        }
        try {
            JWKSet.parse(text);
            return JSONObjectUtils.parse(text);
        } catch (java.text.ParseException | ParseException | RuntimeException e) {
            // Of the last kind is the library's way with what it has not foreseen, such as a null among the keys.
            throw Refusal.invalid(
                    "jwks is no JSON Web Key Set.", "Give an object with a list of keys (RFC 7517 section 5).");
        }
    }

    private static void putScopes(JSONObject json, @Nullable List<String> scopes) {
        if (scopes != null && scopes.isEmpty()) {
            json.remove("scope");
        } else if (scopes != null) {
            json.put("scope", Scopes.joined(Scopes.asked(scopes)));
        }
    }
}
