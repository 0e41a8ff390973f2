package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.ISSUER;
import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import io.vertx.core.http.HttpMethod;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** For which resources clients get tokens without a page, and in whose name. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ExchangeTest extends InOAuthHouse {
    private static final String FILES = ISSUER + "/mcp/files";

    private Clients.NewClient service(String... scopes) {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.CLIENT_CREDENTIALS, GrantType.TOKEN_EXCHANGE));
        if (scopes.length > 0) {
            metadata.setScope(new Scope(scopes));
        }
        return house().server().clients().create(metadata, "robots", "owner");
    }

    /** A person's token of an app, for the gate itself. */
    private String token(String... scopes) {
        Client app = house().app();
        return house().token(codeForm(app, house().code(app, house().grant(app, scopes))))
                .text("access_token");
    }

    private Answer ask(Clients.NewClient client, String grantType, String... more) {
        Map<String, String> form = new HashMap<>(
                Map.of("grant_type", grantType, "client_id", client.client().id(), "client_secret", client.secret()));
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return house().token(form);
    }

    private Answer exchange(Clients.NewClient client, String token, String... more) {
        Map<String, String> form = new HashMap<>(Map.of(
                "grant_type", GrantType.TOKEN_EXCHANGE.getValue(),
                "client_id", client.client().id(),
                "client_secret", client.secret(),
                "subject_token", token,
                "subject_token_type", "urn:ietf:params:oauth:token-type:access_token"));
        for (int i = 0; i < more.length; i += 2) {
            form.put(more[i], more[i + 1]);
        }
        return house().token(form);
    }

    private static String audience(Answer issued) throws ParseException {
        assertEquals(200, issued.status(), issued.body().toString());
        return SignedJWT.parse(issued.text("access_token"))
                .getJWTClaimsSet()
                .getAudience()
                .getFirst();
    }

    @Test
    void anExchangeKeepsTheAudienceUnlessTheClientWasAllowedAnotherByName() throws ParseException {
        String token = token("models:use", "mcp:files");
        Clients.NewClient plain = service("models:use");
        assertEquals(ISSUER, audience(exchange(plain, token)));
        assertEquals("invalid_target", exchange(plain, token, "resource", FILES).error());
        assertEquals(
                "invalid_target",
                exchange(service(), token, "resource", FILES).error(),
                "who has no list has no names in it");
        Clients.NewClient files = service("models:use", "mcp:files:read");
        Answer narrowed = exchange(files, token, "resource", FILES);
        assertEquals(FILES, audience(narrowed));
        assertEquals(FILES, audience(exchange(files, narrowed.text("access_token"))), "kept");
        assertEquals(
                "invalid_target",
                exchange(files, token, "resource", ISSUER + "/mcp/file").error());
        assertEquals(
                "invalid_target",
                exchange(service("mcp:files"), narrowed.text("access_token"), "resource", ISSUER)
                        .error(),
                "a tool's token opens no models");
    }

    @Test
    void audienceIsAnotherNameOfResource() throws ParseException {
        String token = token("models:use", "mcp:files");
        Clients.NewClient files = service("mcp:files");
        assertEquals(FILES, audience(exchange(files, token, "audience", FILES)));
        assertEquals(FILES, audience(exchange(files, token, "audience", FILES, "resource", FILES)));
        assertEquals(
                "invalid_target",
                exchange(files, token, "audience", FILES, "resource", ISSUER).error());
        assertEquals(
                "invalid_target",
                exchange(service("models:use"), token, "audience", FILES).error());
        assertEquals(
                "invalid_target",
                exchange(files, token, "audience", "https://evil.example").error());
    }

    @Test
    void aClientsOwnGrantThatWasRevokedStaysSoUntilItIsAllowedAgain() {
        Clients.NewClient service = service("models:use", "mcp:files");
        String type = GrantType.CLIENT_CREDENTIALS.getValue();
        Answer first = ask(service, type);
        assertTrue(house().opens(first.text("access_token")), first.body().toString());
        Grants grants = house().server().grants();
        grants.revokeClient(service.client().id(), "owner");
        assertFalse(house().opens(first.text("access_token")));
        for (String scope : List.of("models:use", "models:use:fast")) {
            Answer refused = ask(service, type, "scope", scope);
            assertEquals(400, refused.status(), refused.body().toString());
            assertEquals("unauthorized_client", refused.error());
        }
        house().pass(Duration.ofSeconds(1));
        house().server().ownGrants().allow(service.client(), "owner");
        Answer again = ask(service, type);
        assertTrue(house().opens(again.text("access_token")), again.body().toString());
        assertFalse(house().opens(first.text("access_token")), "what was ended stays so");
    }

    @Test
    void noSweepForgetsThatAClientsOwnGrantWasRevoked() {
        Clients.NewClient service = service("models:use");
        String type = GrantType.CLIENT_CREDENTIALS.getValue();
        assertEquals(200, ask(service, type).status());
        house().server().grants().revokeClient(service.client().id(), "owner");
        house().pass(Duration.ofDays(200));
        Sweeper sweeper = new Sweeper(
                house().one.store(), () -> Instant.ofEpochMilli(house().now.get()));
        sweeper.sweep();
        assertEquals("unauthorized_client", ask(service, type).error());
        house().server().clients().delete(service.client().id(), "owner");
        sweeper.sweep();
        assertTrue(house().one
                .store()
                .read(handle ->
                        GrantTable.lastOfClientItself(handle, service.client().id()))
                .isEmpty());
    }

    @Test
    void aClientHasOneGrantOfItsOwnWhateverItAsksFor() throws ParseException {
        Clients.NewClient service = service("models:use", "mcp:files");
        String type = GrantType.CLIENT_CREDENTIALS.getValue();
        for (String scope : List.of("models:use:a", "models:use:b", "models:use")) {
            assertEquals(ISSUER, audience(ask(service, type, "scope", scope)));
        }
        Answer files = ask(service, type, "resource", FILES);
        assertEquals(FILES, audience(files));
        assertEquals("mcp:files", files.text("scope"));
        assertEquals(
                "invalid_target",
                ask(service, type, "resource", ISSUER + "/mcp/invented").error());
        assertEquals(
                1,
                house().audited.stream()
                        .filter(row -> row.contains("grant.created"))
                        .count());
    }

    @Test
    void whoseSubjectLooksLikeAPersonIsNotThatPerson() {
        Client app = house().app();
        AccessGrant job = house().server()
                .grants()
                .create(
                        new Grants.Draft(
                                null,
                                OAuthHouse.ANN.id(),
                                "robots",
                                app.id(),
                                "Job",
                                List.of("openid", "email"),
                                ISSUER,
                                null,
                                null),
                        "ci");
        String token = house().token(codeForm(app, house().code(app, job))).text("access_token");
        assertNotNull(house().server().accessTokens().verify(token, house().now.get()));
        Answer answer = house().send(
                        house().one,
                        HttpMethod.GET,
                        UserInfoEndpoint.PATH,
                        null,
                        "",
                        Map.of("authorization", "Bearer " + token));
        assertEquals(401, answer.status(), answer.body().toString());
        assertFalse(answer.body().toString().contains("ann@example.com"));
    }

    @Test
    void aCodeForAnotherResourceIsAnInvalidTargetAndNotUsedUp() {
        Client app = house().app();
        Map<String, String> form = new HashMap<>(codeForm(app, house().code(app, house().grant(app, "models:use"))));
        form.put("resource", FILES);
        assertEquals("invalid_target", house().token(form).error());
        form.remove("resource");
        assertEquals(200, house().token(form).status());
    }

    @Test
    void whoAsksForNothingOfAServersToolsGetsThatServersScope() throws ParseException {
        Answer device = house().post(DeviceEndpoint.PATH, Map.of("client_id", Clients.CLI, "resource", FILES));
        assertEquals(200, device.status(), device.body().toString());
        DeviceCodes.Lookup found = house().server().devices().look(device.text("user_code"));
        assertEquals(
                List.of("mcp:files"),
                ((DeviceCodes.Lookup.Found) found).waiting().scopes());
    }

    @Test
    void noStrangerBeginsASignInOfClaudeCodeForMoreThanItAsksFor() {
        for (Map<String, String> form : List.of(
                Map.of("scope", "admin:*"),
                Map.of("client_id", Clients.CLAUDE_CODE, "scope", "models:use admin:*"),
                Map.of("scope", "mcp:files"))) {
            assertEquals(
                    "invalid_scope", house().post(DeviceEndpoint.PATH, form).error(), form.toString());
        }
        for (Map<String, String> form :
                List.of(Map.<String, String>of(), Map.of("scope", "usage:read models:use:fast"))) {
            assertEquals(200, house().post(DeviceEndpoint.PATH, form).status(), form.toString());
        }
    }
}
