package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.ANN;
import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static dev.tollgate.oauth.OAuthHouse.refreshForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.identity.Caller;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What verifying a token may cost, and what it follows. */
class TokenVerificationTest extends InOAuthHouse {
    private String token(Client app, AccessGrant grant) {
        return house().token(codeForm(app, house().code(app, grant))).text("access_token");
    }

    private @Nullable Caller find(OAuthHouse.Node node, String token) {
        return node.server().accessTokens().find(token, house().now.get());
    }

    @Test
    void aGateWithoutKeysVerifiesWithoutItsStore() {
        OAuthHouse.Node early = house().node();
        Client app = house().app();
        String token = token(app, house().grant(app, "models:use"));
        early.store().close();
        assertNull(find(early, token), "a store call would throw");
    }

    @Test
    void theFirstTokenIsVerifiedWithoutTheStore() {
        Client app = house().app();
        String token = token(app, house().grant(app, "models:use"));
        OAuthHouse.Node late = house().node();
        late.store().close();
        assertNotNull(find(late, token));
    }

    @Test
    void theFirstKeyOfAnotherNodeIsNews() {
        OAuthHouse.Node early = house().node();
        Client app = house().app();
        String token = token(app, house().grant(app, "models:use"));
        early.server().catchUp();
        assertNotNull(find(early, token));
    }

    /** The same token with another signature of the right length. */
    private static String forged(String token, int number) {
        int dot = token.lastIndexOf('.');
        return token.substring(0, dot + 1) + String.format("%04d", number) + token.substring(dot + 5);
    }

    @Test
    void forgeriesOfOneGrantAreNotCheckedWithoutEndAndHarmNobodyElse() {
        Client app = house().app();
        AccessGrant attacked = house().grant(app, "models:use");
        String known = token(app, attacked);
        String unseen = token(app, attacked);
        String others = token(app, house().grant(app, "models:use"));
        OAuthHouse.Node other = house().node();
        assertNotNull(find(other, known));
        for (int i = 0; i < 40; i++) {
            assertNull(find(other, forged(known, i)));
        }
        assertNotNull(find(other, known), "what was verified before is");
        assertNull(find(other, unseen), "no more signatures of this grant are checked for a while");
        assertNotNull(find(other, others));
        for (int i = 0; i < 40; i++) {
            assertNull(find(house().one, forged(known, i)));
        }
        assertNotNull(find(house().one, unseen), "what was issued here needs no check");
    }

    @Test
    void whatIsWrongBesidesTheSignatureIsNotChecked() {
        Client app = house().app();
        AccessGrant grant = house().grant(app, "models:use");
        String good = token(app, grant);
        AccessGrant ended = house().grant(app, "models:use");
        String dead = token(app, ended);
        house().server().grants().revoke(ended.id(), "owner");
        OAuthHouse.Node other = house().node();
        for (int i = 0; i < 200; i++) {
            assertNull(find(other, forged(dead, i)));
            assertNull(find(other, "eyJ" + i + ".eyJ.x"));
        }
        assertNotNull(find(other, good));
    }

    @Test
    void scopesThatAreTakenBackOrGivenAgainCountAtTheNextUseOfATokenInUse() {
        Client app = house().app();
        AccessGrant grant = house().grant(app, "models:use", "usage:read");
        String token = token(app, grant);
        List<String> all = grant.scopes();
        for (List<String> scopes : List.of(all, List.of("usage:read"), all, List.of("models:use"), all)) {
            house().server().grants().change(ANN.id(), grant.id(), before -> scopes, null, null, "owner");
            assertEquals(scopes.equals(all), house().opens(token), "at once: " + scopes);
            assertEquals(scopes.equals(all), house().opens(token), "and from then on: " + scopes);
        }
    }

    @Test
    void anEndThatIsSetLaterCountsForATokenInUse() {
        Client app = house().app();
        AccessGrant grant = house().grant(app, "models:use");
        String token = token(app, grant);
        assertTrue(house().opens(token));
        Instant end = Instant.ofEpochMilli(house().now.get()).plusSeconds(60);
        house().server().grants().change(ANN.id(), grant.id(), grant.scopes(), null, end, "owner");
        assertTrue(house().opens(token));
        house().pass(Duration.ofSeconds(60));
        assertFalse(house().opens(token));
    }

    private Answer exchange(Clients.NewClient by, String token) {
        return house().post(
                        house().one,
                        TokenEndpoint.PATH,
                        Map.of(
                                "grant_type",
                                GrantType.TOKEN_EXCHANGE.getValue(),
                                "subject_token",
                                token,
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:access_token"),
                        OAuthHouse.basic(by));
    }

    @Test
    void anExchangedTokenThatIsGivenBackEndsAlone() {
        Client app = house().app();
        Answer signedIn = house().token(codeForm(app, house().code(app, house().grant(app, "models:use"))));
        Clients.NewClient service = house().service();
        String one = exchange(service, signedIn.text("access_token")).text("access_token");
        String two = exchange(service, signedIn.text("access_token")).text("access_token");
        String ofOne = exchange(service, one).text("access_token");
        assertTrue(house().opens(one) && house().opens(two) && house().opens(ofOne));
        house().post(house().one, RevocationEndpoint.PATH, Map.of("token", one), OAuthHouse.basic(service));
        assertFalse(house().opens(one));
        assertFalse(house().opens(ofOne), "it came of that one");
        assertTrue(house().opens(two));
        assertTrue(house().opens(signedIn.text("access_token")), "the app's own sign-in goes on");
        Answer refreshed = house().token(refreshForm(app, signedIn.text("refresh_token")));
        assertEquals(200, refreshed.status());
        house().post(RevocationEndpoint.PATH, Map.of("token", refreshed.text("refresh_token"), "client_id", app.id()));
        assertFalse(house().opens(two), "and ends it with itself");
    }

    @Test
    void exchangesOfExchangesComeToAnEnd() {
        Client app = house().app();
        String token = token(app, house().grant(app, "models:use"));
        Clients.NewClient service = house().service();
        Answer answer = exchange(service, token);
        for (int i = 0; i < 10 && answer.status() == 200; i++) {
            token = answer.text("access_token");
            answer = exchange(service, token);
        }
        assertEquals("invalid_request", answer.error());
        assertTrue(house().opens(token));
    }
}
