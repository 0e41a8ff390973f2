package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.AppGrants;
import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of administrators' making, from their first token to their last. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class VouchedAppsTest extends InOAuthHouse {
    private static final String ADMIN = "olga";

    private Apps apps() {
        return house().server().apps();
    }

    private static Apps.Traits service(String name, String... scopes) {
        return said(name, List.of(), List.of(), null, List.of(scopes), "default");
    }

    private static Apps.Traits said(
            String name,
            List<String> redirectUris,
            List<String> grantTypes,
            @Nullable String authMethod,
            List<String> scopes,
            String account) {
        return new Apps.Traits(name, redirectUris, null, grantTypes, authMethod, null, null, scopes, account);
    }

    private OAuthHouse.Answer tokenFor(Apps.NewApp made, String scope) {
        return house().token(Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                made.app().id(),
                "client_secret",
                made.secret(),
                "scope",
                scope));
    }

    @Test
    void aServiceActsInItsOwnNameUntilItIsRemoved() {
        Apps.NewApp made = apps().create(service("Nightly", "models:use:fast"), ADMIN);
        assertEquals(List.of("client_credentials"), made.app().grantTypes());
        OAuthHouse.Answer answer = tokenFor(made, "models:use:fast");
        assertEquals(200, answer.status(), answer.body().toString());
        assertEquals("invalid_scope", tokenFor(made, "models:use").error());
        AccessTokens tokens = house().server().accessTokens();
        String token = answer.text("access_token");
        assertNotNull(tokens.find(token, house().now.get()));

        apps().remove(made.app().id(), ADMIN);
        assertNull(tokens.find(token, house().now.get()));
        assertEquals("invalid_client", tokenFor(made, "models:use:fast").error());
        assertEquals(List.of(), apps().list());
        assertTrue(house().audited.stream().anyMatch(each -> each.startsWith("olga client.deleted")));
    }

    @Test
    void whatWasRevokedStaysSoEvenBeforeItsFirstUse() {
        Apps.NewApp made = apps().create(service("Nightly"), ADMIN);
        String id = made.app().id();
        assertTrue(apps().revoke(id, ADMIN).revoked());
        assertEquals("unauthorized_client", tokenFor(made, "models:use").error());
        assertTrue(apps().list().getFirst().revoked());
        house().pass(Duration.ofSeconds(1));
        assertFalse(apps().allow(id, ADMIN).revoked());
        String token = tokenFor(made, "models:use").text("access_token");
        assertTrue(house().opens(token));
        apps().allow(id, ADMIN);
        assertTrue(house().opens(token), "once is enough");
        apps().revoke(id, ADMIN);
        assertFalse(house().opens(token));
        assertEquals("unauthorized_client", tokenFor(made, "models:use").error());
        for (String other : List.of("client_x", house().app().id(), Clients.CLI)) {
            assertThrows(Refusal.class, () -> apps().revoke(other, ADMIN), other);
            assertThrows(Refusal.class, () -> apps().allow(other, ADMIN), other);
        }
    }

    @Test
    void anAppThatSignsPeopleInGetsACodeAndRefreshesAndNoSecretIfItIsPublic() {
        Apps.NewApp made = apps().create(
                        said("Wiki", List.of(OAuthHouse.REDIRECT), List.of(), Apps.PUBLIC, List.of(), "default"),
                        ADMIN);
        assertEquals("", made.secret());
        assertEquals(List.of(made.app()), apps().list());
        assertEquals(List.of("authorization_code", "refresh_token"), made.app().grantTypes());
        assertTrue(made.app().publicClient());
        Client client = house().server().clients().find(made.app().id()).orElseThrow();
        assertEquals(Client.Kind.STATIC, client.kind());
    }

    @Test
    void onlyThoseThatSomebodyVouchesForAreListedAndASecretIsInNoList() {
        house().app();
        Apps.NewApp first = apps().create(service("One"), ADMIN);
        house().pass(Duration.ofSeconds(1));
        Apps.NewApp second = apps().create(service("Two"), ADMIN);
        assertEquals(List.of(first.app(), second.app()), apps().list());
        assertFalse(apps().list().toString().contains(first.secret()));
        assertFalse(first.toString().contains(first.secret()));
    }

    @Test
    void aStrangerIsTurnedOutWithAllThatItWasAllowed() {
        Client stranger = house().app();
        AccessGrant grant = house().grant(stranger, "models:use");
        apps().remove(stranger.id(), ADMIN);
        assertFalse(house().server()
                .grants()
                .find(grant.id())
                .orElseThrow()
                .alive(Instant.ofEpochMilli(house().now.get())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''    | https://app.example/cb | authorization_code | openid     | default",
                "Wiki  | http://app.example/cb  | authorization_code | openid     | default",
                "Wiki  | not an address         | authorization_code | openid     | default",
                "Wiki  | https://app.example/cb | password           | openid     | default",
                "Wiki  | https://app.example/cb | ' '                | openid     | default",
                "Wiki  | https://app.example/cb | authorization_code | everything | default",
                "Wiki  | https://app.example/cb | authorization_code | openid     | no account",
                "Wiki  | https://app.example/cb | authorization_code | openid     | lab",
            })
    void whatIsNotWellFormedIsRefusedAndNothingIsLeftOut(
            String name, String redirect, String grantType, String scope, String account) {
        Apps.Traits draft = said(name, List.of(redirect), List.of(grantType), null, List.of(scope), account);
        assertThrows(Refusal.class, () -> apps().create(draft, ADMIN));
        assertEquals(List.of(), apps().list());
    }

    @Test
    void whoNeedsARedirectSaysWhere() {
        Apps.Traits draft = said("Wiki", List.of(), List.of("authorization_code"), null, List.of(), "default");
        assertThrows(Refusal.class, () -> apps().create(draft, ADMIN));
    }

    @Test
    void whatIsNotThereIsNotRemoved() {
        assertThrows(Refusal.class, () -> apps().remove("client_nobody", ADMIN));
    }

    @Test
    void appsThatNobodyVouchesForAreNamedWhileTheyHoldAGrantOfAPerson() {
        house().people.put("per_bob", new Persons.Profile("per_bob", "Bob", "bob@example.com", "default", false));
        Client registered = house().app();
        house().app(); // and nobody has allowed it anything
        allow("per_ann", registered.id(), "App", null);
        allow("per_ann", registered.id(), "App", null);
        allow("per_bob", registered.id(), "App", null);
        allow("per_ann", "https://notes.example/client.json", "Notes", null);
        allow("per_ann", Clients.CLAUDE_CODE, "Claude Code", null);
        allow("per_ann", apps().create(service("Nightly"), ADMIN).app().id(), "Nightly", null);
        allow(null, "federation:deploy", "deploy", null);
        Instant now = Instant.ofEpochMilli(house().now.get());
        allow("per_ann", "https://over.example/client.json", "Over", now);
        AppGrants grants = new AdministeredGrants(house().server(), GrantUse.NONE, () -> now);
        grants.revoke(
                allow("per_ann", "https://gone.example/client.json", "Gone", null)
                        .id(),
                ADMIN);
        assertEquals(
                List.of(
                        new AppGrants.UnvouchedApp(registered.id(), "App", AppGrants.Origin.REGISTERED, 2, 3, now),
                        new AppGrants.UnvouchedApp(
                                Clients.CLAUDE_CODE, "Claude Code", AppGrants.Origin.BUILT_IN, 1, 1, now),
                        new AppGrants.UnvouchedApp(
                                "https://notes.example/client.json", "Notes", AppGrants.Origin.DOCUMENT, 1, 1, now)),
                grants.unvouchedApps());
        assertThrows(Refusal.class, () -> grants.revoke("gra_none", ADMIN));
    }

    private AccessGrant allow(@Nullable String person, String client, String name, @Nullable Instant ends) {
        return house().server()
                .grants()
                .create(
                        new Grants.Draft(
                                person,
                                person == null ? client : person,
                                "default",
                                client,
                                name,
                                Scopes.DEFAULT,
                                OAuthHouse.ISSUER,
                                null,
                                ends),
                        ADMIN);
    }
}
