package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.PersonListener;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.WriteSession;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of what people have allowed. */
class GrantsOfPeopleTest {
    @TempDir
    Path home = Path.of("");

    private @Nullable PageHouse open;

    @BeforeEach
    void openHouse() throws Exception {
        open = new PageHouse(home);
    }

    @AfterEach
    void closeHouse() {
        house().close();
    }

    private PageHouse house() {
        assertNotNull(open);
        return open;
    }

    private record Allowed(String personId, Client app, PageHouse.Browser browser, JsonNode tokens) {}

    private Allowed allowed() {
        PageHouse.Browser browser = house().person("ada@example.com");
        String person = browser.personId();
        Client app = house().app();
        AccessGrant grant = house().server
                .grants()
                .create(
                        new Grants.Draft(
                                person,
                                person,
                                "default",
                                app.id(),
                                app.name(),
                                List.of("models:use"),
                                house().url,
                                new SpendingCap(1_000, SpendingCap.Window.DAY),
                                null),
                        person);
        String code = house().server
                .codes()
                .issue(new AuthorizationCodes.Draft(
                        grant.id(),
                        app.id(),
                        PageHouse.REDIRECT,
                        grant.scopes(),
                        grant.resource(),
                        OAuthHouse.CHALLENGE,
                        "",
                        "",
                        house().now.get(),
                        List.of("hwk")));
        JsonNode tokens = house().nobody()
                .post(TokenEndpoint.PATH, PageHouse.codeForm(app, code))
                .json();
        assertTrue(house().opens(tokens), tokens.toString());
        return new Allowed(person, app, browser, tokens);
    }

    private String refresh(Allowed allowed) {
        return house().nobody()
                .post(
                        TokenEndpoint.PATH,
                        OAuthHouse.refreshForm(
                                allowed.app(),
                                allowed.tokens().path("refresh_token").asString("")))
                .json()
                .path("error")
                .asString("");
    }

    @Test
    void whoseSignInIsResetHasNoAppsAndNoSessionsAnyMore() {
        Allowed allowed = allowed();
        assertEquals(200, allowed.browser().get("/access").status());
        house().people.people().resetSignIn(allowed.personId(), Actor.OWNER_TOKEN);
        assertFalse(house().opens(allowed.tokens()));
        assertEquals("invalid_grant", refresh(allowed));
        assertTrue(house().capped.isEmpty(), "nor their budgets");
        assertEquals(303, allowed.browser().get("/access").status(), "to the sign-in");
        assertTrue(house().audited.toString().contains("sign-in was reset"));
    }

    @Test
    void whoIsSuspendedHasNoApps() {
        Allowed allowed = allowed();
        house().people.people().suspend(allowed.personId(), Actor.OWNER_TOKEN);
        assertFalse(house().opens(allowed.tokens()));
        assertTrue(house().capped.isEmpty());
        house().people.people().restore(allowed.personId(), Actor.OWNER_TOKEN);
        assertFalse(house().opens(allowed.tokens()));
        assertEquals("invalid_grant", refresh(allowed));
    }

    @Test
    void aPersonNarrowsWhatAnAppMayDoAndNeverWidensIt() {
        Allowed allowed = allowed();
        Grants grants = house().server.grants();
        AccessGrant grant = grants.of(allowed.personId()).getFirst();
        for (String more : List.of("admin:*", "mcp:files", "usage:read")) {
            assertThrows(
                    Refusal.class,
                    () -> grants.change(
                            allowed.personId(),
                            grant.id(),
                            List.of("models:use", more),
                            grant.cap(),
                            null,
                            allowed.personId()),
                    more);
        }
        assertEquals(grant.scopes(), grants.find(grant.id()).orElseThrow().scopes());
        grants.change(
                allowed.personId(), grant.id(), List.of("models:use:fast"), grant.cap(), null, allowed.personId());
        assertEquals(
                List.of("models:use:fast"),
                grants.find(grant.id()).orElseThrow().scopes());
    }

    @Test
    void grantsEndInTheTransactionThatSuspends() {
        Allowed allowed = allowed();
        house().people.people().listen(new PersonListener() {
            @Override
            public void changed(WriteSession tx, Person before, Person after) {
                throw new IllegalStateException("the transaction fails");
            }
        });
        assertThrows(
                RuntimeException.class, () -> house().people.people().suspend(allowed.personId(), Actor.OWNER_TOKEN));
        assertTrue(
                house().server.grants().of(allowed.personId()).stream().allMatch(grant -> grant.revokedAt() == null),
                "both or neither");
        assertTrue(house().opens(allowed.tokens()));
    }

    /** A link that went astray: what whoever used it has allowed ends when the person comes in by the next one. */
    @Test
    void whoComesInByALinkAgainHasNoGrantsOfWhoeverDidBefore() {
        Allowed allowed = allowed();
        house().person("ada@example.com");
        assertFalse(house().opens(allowed.tokens()));
        assertEquals("invalid_grant", refresh(allowed));
    }
}
