package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** People in the admin API of a whole gate, and the pages that their links open. */
class PeopleOverHttpTest {
    @TempDir
    Path home;

    private RunningGate gate;

    @BeforeEach
    void open() throws Exception {
        gate = new RunningGate(home);
    }

    @AfterEach
    void close() {
        gate.close();
    }

    private static HttpResponse<String> get(String link) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(link)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private JsonNode invite(String body) throws Exception {
        return gate.manage("POST", "/invitations", body);
    }

    @Test
    void invitationsLinkOpensItsPageAndStandsInNoList() throws Exception {
        JsonNode made = invite("{\"email\":\"Max@Example.com\",\"groups\":[\"research\"]}");
        assertEquals("max@example.com", made.get("email").stringValue());
        assertEquals("member", made.get("role").stringValue());
        String link = made.get("link").stringValue();
        assertTrue(link.matches("http://localhost:\\d+/invitation\\?token=tgi_\\w+"), link);
        HttpResponse<String> page = get(link);
        assertEquals(200, page.statusCode(), page.body());
        assertTrue(page.body().contains("max@example.com"), page.body());
        assertFalse(gate.admin("GET", "/invitations", "").body().contains("tgi_"));
        assertFalse(gate.admin("GET", "/audit", "").body().contains("tgi_"));
        gate.manage("DELETE", "/invitations/" + made.get("id").stringValue(), "");
        assertEquals(410, get(link).statusCode());
    }

    @Test
    void firstRunLinkOpensItsPageUntilTheNextStart() throws Exception {
        String link = gate.firstRunLink();
        HttpResponse<String> page = get(link);
        assertEquals(200, page.statusCode());
        assertTrue(page.body().contains("Become the owner"), page.body());
        assertEquals(0, gate.manage("GET", "/people", "").get("data").size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /invitations            | {"email":"nonsense"}                      | 400
            POST   | /invitations            | {"email":"a@example.com","role":"king"}   | 400
            POST   | /invitations            | {"email":"a@example.com","rôle":"admin"}  | 400
            POST   | /invitations            | {"email":"a@example.com","groups":["/"]}  | 400
            POST   | /invitations            | {"email":"a@example.com","account":"lab"} | 404
            DELETE | /invitations/inv_none   |                                           | 404
            PATCH  | /people/no@example.com  | {"role":"admin"}                          | 404
            PATCH  | /people/per_none        | {"role":"admin"}                          | 404
            POST   | /people/per_none/suspend|                                           | 404
            """)
    void whatIsWrongIsRefusedWithACure(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> answer = gate.admin(method, path, body == null ? "" : body);
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"cure\":\""), answer.body());
    }

    @Test
    void pagesWantAPersonAndNoOwnersTokenOpensThem() throws Exception {
        HttpResponse<String> account = get(gate.firstRunLink().replaceAll("/first-run.*", "/account"));
        assertEquals(303, account.statusCode());
        assertEquals(
                "/sign-in?return_to=%2Faccount",
                account.headers().firstValue("location").orElseThrow());
        assertEquals(401, gate.adminAs("", "GET", "/people", "").statusCode());
    }
}
