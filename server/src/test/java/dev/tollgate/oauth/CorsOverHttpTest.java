package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a browser sees that asks for a page of another site. */
class CorsOverHttpTest {
    private static final String ALLOW = "access-control-allow-origin";

    @TempDir
    Path home = Path.of("");

    @Test
    void pagesAreForNobodyElseAndDocumentsForEverybody() throws Exception {
        try (PageHouse house = new PageHouse(home);
                HttpClient http = HttpClient.newHttpClient()) {
            Client app = house.known();
            for (String page : List.of(
                    PageHouse.authorize(app), AuthorizeEndpoint.PATH, "/access", "/device", LogoutEndpoint.PATH)) {
                assertEquals(
                        Optional.empty(),
                        ask(http, house, "GET", page).headers().firstValue(ALLOW),
                        page);
                HttpResponse<String> preflight = ask(http, house, "OPTIONS", page);
                assertEquals(405, preflight.statusCode(), page);
                assertEquals(Optional.empty(), preflight.headers().firstValue(ALLOW), page);
            }
            for (String document : List.of(
                    "/.well-known/oauth-authorization-server",
                    "/.well-known/openid-configuration",
                    "/.well-known/oauth-protected-resource",
                    MachineEndpoints.JWKS_PATH)) {
                HttpResponse<String> read = ask(http, house, "GET", document);
                assertEquals(200, read.statusCode());
                assertEquals(Optional.of("*"), read.headers().firstValue(ALLOW), document);
                assertEquals(204, ask(http, house, "OPTIONS", document).statusCode(), document);
            }
            HttpResponse<String> preflight = ask(http, house, "OPTIONS", TokenEndpoint.PATH);
            assertEquals(204, preflight.statusCode());
            assertEquals(Optional.of("https://app.example"), preflight.headers().firstValue(ALLOW));
            assertTrue(preflight
                    .headers()
                    .firstValue("access-control-allow-headers")
                    .orElse("")
                    .contains("dpop"));
        }
    }

    private static HttpResponse<String> ask(HttpClient http, PageHouse house, String method, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(house.url + path))
                .method(method, BodyPublishers.noBody())
                .header("origin", "https://app.example")
                .header("access-control-request-method", "POST")
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
