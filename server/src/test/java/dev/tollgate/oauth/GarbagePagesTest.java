package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.oauth.PageHouse.Browser;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a link or a form brings to the pages of the authorization server is answered by a page: it is never our fault. */
@SuppressWarnings("NullAway.Init")
class GarbagePagesTest {
    private static final List<String> NAMES = List.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "state",
            "scope",
            "resource",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "dpop_jkt",
            "request",
            "request_uri",
            "prompt",
            "max_age",
            "signed_in_since",
            "login_hint",
            "ui_locales",
            "acr_values",
            "claims",
            "display",
            "id_token_hint",
            "purpose",
            "user_code",
            "post_logout_redirect_uri");

    @TempDir
    Path home;

    private PageHouse house;
    private int sent;

    @BeforeEach
    void open() throws Exception {
        house = new PageHouse(home);
    }

    @AfterEach
    void close() {
        house.close();
    }

    /** Past the network, each from an address of its own. */
    private void send(HttpMethod method, String path, Map<String, List<String>> sentWith, Browser browser) {
        sent++;
        Params params = Params.parse(Params.encode(sentWith));
        assertNotNull(params);
        boolean form = method.equals(HttpMethod.POST);
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("cookie", browser.cookie())
                .add("origin", house.url)
                .add("host", URI.create(house.url).getAuthority());
        WebRequest request = new WebRequest(
                method,
                path,
                Map.of("id", sentWith.containsKey("id") ? sentWith.get("id").getFirst() : "x"),
                form ? Params.NONE : params,
                form ? params : Params.NONE,
                Params.encode(sentWith).getBytes(StandardCharsets.UTF_8),
                headers,
                "10.0." + (sent >> 8) + "." + (sent & 255));
        ServerEndpoint endpoint = house.server.endpoints().stream()
                .filter(each -> each.path().equals(path) && each.methods().contains(method))
                .findFirst()
                .orElseThrow();
        String told = method + " " + path + " " + sentWith;
        WebReply reply = assertDoesNotThrow(() -> endpoint.endpoint().handle(request), told);
        assertTrue(reply.status() < 500, told + " " + reply.status());
    }

    private static Map<String, List<String>> with(Map<String, List<String>> some, String name, String value) {
        Map<String, List<String>> all = new LinkedHashMap<>(some);
        all.put(name, List.of(value));
        return all;
    }

    private static Map<String, List<String>> parameters(String address) {
        Params params = Params.parse(URI.create(address).getRawQuery());
        assertNotNull(params);
        return params.asMap();
    }

    @Test
    void noParameterOfALinkIsAFaultOfOurs() {
        Browser ada = house.person("ada@example.com");
        for (Browser browser : List.of(ada, house.nobody())) {
            for (Client client : List.of(house.known(), house.app())) {
                Map<String, List<String>> good = parameters(PageHouse.authorize(client, "scope", "openid"));
                for (String name : NAMES) {
                    for (String value : GarbageTest.VALUES) {
                        send(HttpMethod.GET, AuthorizeEndpoint.PATH, with(good, name, value), browser);
                    }
                }
            }
            for (String value : GarbageTest.VALUES) {
                for (String path : List.of("/device", "/oauth/logout", "/access")) {
                    send(HttpMethod.GET, path, with(Map.of(), "user_code", value), browser);
                }
                send(HttpMethod.GET, "/access/{id}", with(Map.of(), "id", value), browser);
            }
        }
    }

    @Test
    void noFieldOfAFormIsAFaultOfOurs() {
        Browser ada = house.person("ada@example.com");
        Client app = house.known();
        PageHouse.Seen page = ada.get(PageHouse.authorize(app));
        Map<String, List<String>> good = new LinkedHashMap<>();
        good.put("csrf", List.of(page.hidden("csrf")));
        good.put("request", List.of(page.hidden("request")));
        good.put("user_code", List.of("BCDF-GHJK"));
        good.put("decision", List.of("allow"));
        good.put("cap_usd", List.of("5"));
        good.put("cap_window", List.of("day"));
        good.put("access_for", List.of("P1D"));
        good.put("id", List.of("gra_x"));
        for (String path :
                List.of("/oauth/consent", "/device", "/device/confirm", "/access/{id}", "/access/{id}/revoke")) {
            for (String name : good.keySet()) {
                for (String value : GarbageTest.VALUES) {
                    send(HttpMethod.POST, path, with(good, name, value), ada);
                }
            }
        }
        for (String value : GarbageTest.VALUES) {
            send(HttpMethod.POST, AuthorizeEndpoint.PATH, with(good, "state", value), ada);
            send(HttpMethod.POST, "/oauth/consent", with(good, "request", "client_id=" + app.id() + "&state=+"), ada);
        }
    }
}
