package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tollgate.oauth.OAuthHouse.Answer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each grant type has a limit of its own: who uses one up has the others. */
class GrantTypeLimitsTest extends InOAuthHouse {
    private static final int ENOUGH = 700;

    @ParameterizedTest
    @CsvSource({
        "authorization_code, temporarily_unavailable, 429",
        "refresh_token, temporarily_unavailable, 429",
        "client_credentials, temporarily_unavailable, 429",
        "urn:ietf:params:oauth:grant-type:device_code, slow_down, 400",
        "urn:ietf:params:oauth:grant-type:token-exchange, temporarily_unavailable, 429",
        "urn:ietf:params:oauth:grant-type:jwt-bearer, temporarily_unavailable, 429",
        "nonsense, temporarily_unavailable, 429",
    })
    void aGrantType(String type, String error, int status) {
        Answer answer = house().token(Map.of("grant_type", type));
        assertNotEquals(error, answer.error());
        for (int i = 0; i < ENOUGH && !answer.error().equals(error); i++) {
            answer = house().token(Map.of("grant_type", type));
        }
        assertEquals(error, answer.error());
        assertEquals(status, answer.status());
        assertNotNull(answer.headers().get("retry-after"));
        String another = type.equals("refresh_token") ? "authorization_code" : "refresh_token";
        assertNotEquals(429, house().token(Map.of("grant_type", another)).status());
    }

    @Test
    void userinfoIsBounded() {
        Answer answer = userInfo();
        assertEquals(401, answer.status());
        for (int i = 0; i < ENOUGH && answer.status() != 429; i++) {
            answer = userInfo();
        }
        assertEquals(429, answer.status());
        assertEquals("temporarily_unavailable", answer.error());
        assertNotNull(answer.headers().get("retry-after"));
    }

    private Answer userInfo() {
        return house().send(
                        house().one,
                        HttpMethod.GET,
                        UserInfoEndpoint.PATH,
                        null,
                        "",
                        Map.of("authorization", "Bearer x"));
    }
}
