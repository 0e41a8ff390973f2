package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A refresh that asks for what it cannot have: refused, and the token stays as it was. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class RefreshRefusalsTest extends InOAuthHouse {
    private void refusedFirst(String name, String value, String error) {
        Client app = house().app();
        String token = house().token(codeForm(app, house().code(app, house().grant(app, "models:use"))))
                .text("refresh_token");
        Map<String, String> wrong = new HashMap<>(refreshForm(app, token));
        wrong.put(name, value);
        assertEquals(error, house().token(wrong).error());
        // Longer than any replay window: had it been used, this were a theft.
        house().pass(Duration.ofMinutes(10));
        Answer mended = house().token(refreshForm(app, token));
        assertEquals(200, mended.status(), mended.body().toString());
        assertTrue(house().opens(mended.text("access_token")));
        assertTrue(house().notices.isEmpty(), "nobody is told of a theft");
    }

    @Test
    void aScopeThatIsTooWideCostsNoSignIn() {
        refusedFirst("scope", "models:use admin:*", "invalid_scope");
    }

    @Test
    void anotherResourceCostsNoSignIn() {
        refusedFirst("resource", OAuthHouse.ISSUER + "/mcp/files", "invalid_target");
    }
}
