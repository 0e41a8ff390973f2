package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Text that a store stumbles over, such as U+0000: refused in the form of the RFCs, never a fault. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class HostileTextTest extends InOAuthHouse {
    @Test
    void noClientHasSuchAnId() {
        for (String id : new String[] {"app_\u0000", "\u0000", "x".repeat(20_000), "app'--"}) {
            Answer answer = house().token(Map.of("grant_type", "refresh_token", "refresh_token", "x", "client_id", id));
            assertEquals(401, answer.status());
            assertEquals("invalid_client", answer.error());
        }
    }

    @Test
    void noResourceIsSuch() {
        for (String name : new String[] {"a\u0000", "a b", "x".repeat(20_000), ""}) {
            Answer answer = house().post(DeviceEndpoint.PATH, Map.of("resource", OAuthHouse.ISSUER + "/mcp/" + name));
            assertEquals("invalid_target", answer.error(), name);
        }
        Answer good = house().post(DeviceEndpoint.PATH, Map.of("resource", OAuthHouse.ISSUER + "/mcp/files"));
        assertEquals(200, good.status(), good.body().toString());
    }

    @Test
    void noAuthorizationRequestCarriesIt() {
        Client app = house().app();
        Map<String, String> form = new HashMap<>(Map.of(
                "client_id",
                app.id(),
                "response_type",
                "code",
                "redirect_uri",
                OAuthHouse.REDIRECT,
                "code_challenge",
                OAuthHouse.CHALLENGE,
                "code_challenge_method",
                "S256"));
        form.put("nonce", "n\u0000");
        assertEquals("invalid_request", house().post(PushEndpoint.PATH, form).error());
        form.put("nonce", "n");
        form.put("dpop_jkt", "k\u0000");
        assertEquals("invalid_request", house().post(PushEndpoint.PATH, form).error());
        form.put("dpop_jkt", OAuthHouse.CHALLENGE);
        assertEquals(201, house().post(PushEndpoint.PATH, form).status());
    }
}
