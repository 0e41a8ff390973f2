package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.PageHouse.Seen;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Signing out at an app's wish, and where to from there. */
class LogoutTest {
    private static final String BYE = "https://app.example/bye?from=gate";

    @TempDir
    Path home = Path.of("");

    private @Nullable PageHouse open;
    private String clientId = "";

    @BeforeEach
    void openHouse() throws Exception {
        open = new PageHouse(home);
        clientId = register("\"post_logout_redirect_uris\":[\"" + BYE + "\"]")
                .path("client_id")
                .asString("");
    }

    @AfterEach
    void closeHouse() {
        house().close();
    }

    private PageHouse house() {
        assertNotNull(open);
        return open;
    }

    private JsonNode register(String more) throws Exception {
        String body = "{\"redirect_uris\":[\"" + PageHouse.REDIRECT
                + "\"],\"client_name\":\"Notes\",\"token_endpoint_auth_method\":\"none\"," + more + "}";
        try (HttpClient http = HttpClient.newHttpClient()) {
            return Json.MAPPER.readTree(http.send(
                            HttpRequest.newBuilder(URI.create(house().url + RegistrationEndpoint.PATH))
                                    .header("content-type", "application/json")
                                    .POST(BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofString())
                    .body());
        }
    }

    private JsonNode tokens(PageHouse.Browser browser) {
        Client app = house().server.clients().find(clientId).orElseThrow();
        AccessGrant grant = house().server
                .grants()
                .create(
                        new Grants.Draft(
                                browser.personId(),
                                browser.personId(),
                                "default",
                                app.id(),
                                app.name(),
                                List.of("openid"),
                                house().url,
                                null,
                                null),
                        browser.personId());
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
        return house().nobody()
                .post(TokenEndpoint.PATH, PageHouse.codeForm(app, code))
                .json();
    }

    private String idToken(PageHouse.Browser browser) {
        return tokens(browser).path("id_token").asString("");
    }

    private static String logout(String... parameters) {
        StringBuilder query = new StringBuilder(LogoutEndpoint.PATH);
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private static Seen confirm(PageHouse.Browser browser, Seen page) {
        List<String> fields = new ArrayList<>();
        for (String name : List.of("id_token_hint", "client_id", "post_logout_redirect_uri", "state")) {
            if (page.body().contains("name=\"" + name + "\"")) {
                fields.add(name);
                fields.add(page.hidden(name));
            }
        }
        return browser.submit(page, LogoutEndpoint.CONFIRM_PATH, fields.toArray(String[]::new));
    }

    @Test
    void aPersonIsAskedAndGoesBackToWhereTheAppHasRegistered() {
        PageHouse.Browser browser = house().person("ada@example.com");
        String hint = idToken(browser);
        house().pass(Duration.ofHours(2));
        Seen asked = browser.get(
                logout("id_token_hint", hint, "post_logout_redirect_uri", BYE, "state", "a&b", "client_id", clientId));
        assertEquals(200, asked.status());
        assertTrue(asked.body().contains("Notes"), asked.body());
        assertEquals(200, browser.get("/access").status(), "nothing has happened yet");
        Seen gone = confirm(browser, asked);
        assertEquals(BYE + "&state=a%26b", gone.continued());
        assertEquals(303, browser.get("/access").status(), "signed out");
        assertEquals(
                BYE,
                browser.get(logout("id_token_hint", hint, "post_logout_redirect_uri", BYE))
                        .location());
    }

    @Test
    void nobodyIsSentWhereTheAppHasNotRegistered() {
        PageHouse.Browser browser = house().person("ada@example.com");
        PageHouse.Browser other = house().person("bob@example.com");
        JsonNode tokens = tokens(browser);
        String hint = tokens.path("id_token").asString("");
        String access = tokens.path("access_token").asString("");
        int dot = hint.lastIndexOf('.');
        String forged = hint.substring(0, dot + 1) + "AAAA" + hint.substring(dot + 5);
        List<String> queries = List.of(
                logout("post_logout_redirect_uri", BYE),
                logout("post_logout_redirect_uri", BYE, "client_id", clientId),
                logout("id_token_hint", hint, "post_logout_redirect_uri", "https://app.example/bye"),
                logout("id_token_hint", hint, "post_logout_redirect_uri", BYE + "&x"),
                logout("id_token_hint", hint, "post_logout_redirect_uri", PageHouse.REDIRECT),
                logout("id_token_hint", hint, "post_logout_redirect_uri", "https://evil.example/"),
                logout("id_token_hint", hint, "post_logout_redirect_uri", BYE, "client_id", "another"),
                logout("id_token_hint", hint, "post_logout_redirect_uri", BYE, "post_logout_redirect_uri", BYE),
                logout("id_token_hint", forged, "post_logout_redirect_uri", BYE),
                logout("id_token_hint", access, "post_logout_redirect_uri", BYE),
                logout("id_token_hint", "x", "post_logout_redirect_uri", BYE));
        for (String query : queries) {
            Seen signedOut = house().nobody().get(query);
            assertEquals(200, signedOut.status(), query);
            assertFalse(signedOut.body().contains("app.example"), query);
            assertFalse(browser.get(query).body().contains("post_logout_redirect_uri"), query);
        }
        Seen others = other.get(logout("id_token_hint", hint, "post_logout_redirect_uri", BYE));
        assertFalse(others.body().contains("Notes"), "the token is another person's");
        Seen page = browser.get(LogoutEndpoint.PATH);
        Seen gone = browser.submit(
                page,
                LogoutEndpoint.CONFIRM_PATH,
                "id_token_hint",
                hint,
                "post_logout_redirect_uri",
                "https://evil.example/");
        assertFalse(gone.body().contains("evil.example"));
        assertEquals(303, browser.get("/access").status(), "signed out all the same");
    }

    @Test
    void aFormOfTheAppIsAskedForAgainWithTheBrowsersCookie() {
        Seen posted = house().nobody()
                .post(LogoutEndpoint.PATH, Map.of("post_logout_redirect_uri", BYE, "state", "s", "other", "x"));
        String on = posted.location();
        assertTrue(on.startsWith(LogoutEndpoint.PATH + "?"), on);
        assertTrue(on.contains("state=s") && !on.contains("other"), on);
    }

    @Test
    void whatIsRegisteredIsAnsweredAndMustBeFit() throws Exception {
        JsonNode good = register("\"post_logout_redirect_uris\":[\"" + BYE + "\"],\"account\":\"robots\"");
        assertEquals(BYE, good.path("post_logout_redirect_uris").path(0).asString(""));
        assertTrue(good.path("account").isMissingNode(), "nothing else of its own");
        for (String bad : List.of("[\"javascript:alert(1)\"]", "[\"http://app.example/\"]", "\"x\"", "[1]")) {
            assertEquals(
                    "invalid_client_metadata",
                    register("\"post_logout_redirect_uris\":" + bad)
                            .path("error")
                            .asString(""),
                    bad);
        }
    }
}
