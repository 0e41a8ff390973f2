package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.upstream.Fetched;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** An app that is a document has nothing here to forget: removed, it is blocked, on all nodes, until it is allowed again. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class BlockedAppsTest extends InOAuthHouse {
    private static final String ADMIN = "olga";
    private static final String ID = "https://tool.example/client.json";
    private static final String OTHER = "https://tool.example/other.json";

    @BeforeEach
    void describeApps() {
        for (String id : List.of(ID, OTHER)) {
            String document = "{\"client_id\":\"" + id + "\",\"client_name\":\"Tool\",\"redirect_uris\":[\""
                    + OAuthHouse.REDIRECT + "\"]}";
            house().documents
                    .put(
                            id,
                            new Fetched.Document(
                                    200,
                                    "application/json",
                                    "max-age=3600",
                                    document.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private Apps apps() {
        return house().server().apps();
    }

    private Client client(String id) {
        return house().server().clients().find(id).orElseThrow();
    }

    private OAuthHouse.Answer signIn(String id) {
        Client client = client(id);
        AccessGrant grant = house().grant(client, "models:use", "offline_access");
        return house().token(OAuthHouse.codeForm(client, house().code(client, grant)));
    }

    @Test
    void whatItWasAllowedEndsEverywhereAndItIsUnknownFromThenOn() {
        OAuthHouse.Node two = house().node();
        Client client = client(ID);
        assertTrue(two.server().clients().find(ID).isPresent(), "known on the other node, and kept there");
        AccessGrant grant = house().grant(client, "models:use", "offline_access");
        String waiting = house().code(client, grant);
        OAuthHouse.Answer tokens = house().token(OAuthHouse.codeForm(client, house().code(client, grant)));
        assertEquals(200, tokens.status(), tokens.body().toString());
        String access = tokens.text("access_token");
        assertTrue(house().opens(access));

        apps().remove(ID, ADMIN);
        assertFalse(house().opens(access));
        two.server().catchUp();
        assertEquals(null, two.server().accessTokens().find(access, house().now.get()));
        assertFalse(house().server().grants().find(grant.id()).orElseThrow().alive(instant()));
        for (OAuthHouse.Node node : List.of(house().one, two)) {
            assertTrue(node.server().clients().find(ID).isEmpty());
            for (Map<String, String> form : List.of(
                    OAuthHouse.refreshForm(client, tokens.text("refresh_token")),
                    OAuthHouse.codeForm(client, waiting))) {
                assertEquals(
                        "invalid_client",
                        house().post(node, TokenEndpoint.PATH, form, Map.of()).error());
            }
        }
        assertTrue(
                house().audited.contains("olga client.blocked " + ID + " "),
                house().audited.toString());
        assertTrue(house().audited.stream().anyMatch(row -> row.startsWith("olga grant.revoked " + grant.id())));
        assertTrue(house().server().clients().find(OTHER).isPresent(), "nobody else is meant");
    }

    private Instant instant() {
        return Instant.ofEpochMilli(house().now.get());
    }

    @Test
    void itIsNotEvenFetchedWhileItIsBlocked() {
        apps().remove(ID, ADMIN);
        assertTrue(house().server().clients().find(ID).isEmpty());
        assertEquals(List.of(), house().fetched);
    }

    @Test
    void allowedAgainItBeginsAnewAndWhatWasEndedStaysSo() {
        OAuthHouse.Answer before = signIn(ID);
        apps().remove(ID, ADMIN);
        assertEquals(List.of(new Apps.Blocked(ID, instant())), apps().blocked());
        apps().unblock(ID, ADMIN);
        assertEquals(List.of(), apps().blocked());
        assertTrue(
                house().audited.contains("olga client.unblocked " + ID + " "),
                house().audited.toString());
        assertFalse(house().opens(before.text("access_token")));
        assertEquals(
                "invalid_grant",
                house().token(OAuthHouse.refreshForm(client(ID), before.text("refresh_token")))
                        .error());
        assertTrue(house().opens(signIn(ID).text("access_token")));
        assertThrows(Refusal.class, () -> apps().unblock(ID, ADMIN), "once is enough");
    }

    @Test
    void removedAgainItEndsWhatIsLeft() {
        Client client = client(ID);
        apps().remove(ID, ADMIN);
        // As a consent leaves it that was given while the app was removed.
        AccessGrant late = house().grant(client, "models:use");
        apps().remove(ID, ADMIN);
        assertFalse(house().server().grants().find(late.id()).orElseThrow().alive(instant()));
        assertEquals(1, apps().blocked().size());
        assertEquals(
                1,
                house().audited.stream()
                        .filter(row -> row.contains(" client.blocked "))
                        .count());
    }

    @Test
    void whatCouldBeNoAppIsNotBlocked() {
        for (String id : List.of(
                "https://tool.example",
                "https://tool.example/a/../b",
                "http://tool.example/client.json",
                "https://user@tool.example/client.json",
                "https://tool.example/\u0000",
                "https://tool.example/" + "x".repeat(1_000),
                Clients.CLAUDE_CODE,
                "client_nobody")) {
            assertThrows(Refusal.class, () -> apps().remove(id, ADMIN), id);
            assertThrows(Refusal.class, () -> apps().unblock(id, ADMIN), id);
        }
        assertEquals(List.of(), apps().blocked());
    }
}
