package dev.tollgate.console;

import static dev.tollgate.console.OutsideHouse.location;
import static dev.tollgate.console.OutsideHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tollgate.console.OutsideHouse.Browser;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.web.WebReply;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Against a provider that others wrote: npm's oidc-provider, in Node.js 20 or later. Run where the system property
 * {@code tollgate.node.modules} names a folder that it is installed in.
 */
@Timeout(120)
class OidcProviderTest {
    private static final String CALLBACK = OutsideHouse.URL + "/sign-in/with/real/callback";
    private static final String SECRET = "a secret: with% signs+";

    @TempDir
    Path folder = Path.of("");

    @Test
    void peopleComeInThroughARealProvider() throws Exception {
        String modules = System.getProperty("tollgate.node.modules");
        assumeTrue(modules != null, "no folder of Node's modules is named");
        String script = Path.of(Objects.requireNonNull(OidcProviderTest.class.getResource("oidc-provider.mjs"))
                        .toURI())
                .toString();
        Process node = new ProcessBuilder("node", script, Objects.requireNonNull(modules), CALLBACK)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutsideHouse house = new OutsideHouse(folder);
                BufferedReader out = node.inputReader()) {
            String issuer = Objects.requireNonNull(out.readLine());
            house.door
                    .providers()
                    .add(
                            new NewIdentityProvider(
                                    "real", "Real", issuer, "gate", SECRET, List.of(), List.of(), true),
                            Actor.OWNER_TOKEN);
            house.invite("ada@example.com");
            house.invite("eve@example.com");

            Browser ada = house.browser();
            String answer = signIn(location(ada.start("real", "")), "ada");
            assertTrue(answer.contains("iss="), answer);
            WebReply in = ada.back("real", answer);
            assertEquals(200, in.status(), text(in));
            assertTrue(ada.isIn());
            assertEquals(
                    "Person ada",
                    house.people.people().byEmail("ada@example.com").orElseThrow().name());
            assertTrue(house.people.outside().byOutside(issuer, "ada").isPresent());

            Browser eve = house.browser();
            assertEquals(403, eve.back("real", signIn(location(eve.start("real", "")), "eve")).status());
            assertFalse(eve.isIn(), "her email is not verified");

            Browser thief = house.browser();
            String stolen = signIn(location(thief.start("real", "")), "ada");
            Browser other = house.browser();
            other.start("real", "");
            assertEquals(400, other.back("real", stolen).status());
        } finally {
            node.destroy();
            node.waitFor();
        }
    }

    /** Signs in at the provider as a browser does; gives the query with which it comes back. */
    private static String signIn(String there, String name) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build()) {
            URI at = URI.create(there);
            for (int step = 0; step < 12; step++) {
                HttpRequest.Builder request = HttpRequest.newBuilder(at);
                if (at.getPath().startsWith("/interaction/")) {
                    String page = http.send(request.GET().build(), HttpResponse.BodyHandlers.ofString())
                            .body();
                    boolean login = page.contains("name=\"login\"");
                    String form = login ? "prompt=login&password=x&login=" + name : "prompt=consent";
                    request.header("content-type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form));
                }
                HttpResponse<String> reply = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                String next = reply.headers().firstValue("location").orElse(null);
                assertNotNull(next, reply.statusCode() + " " + reply.body());
                at = at.resolve(next);
                if (at.toString().startsWith(CALLBACK)) {
                    return at.getRawQuery();
                }
            }
            throw new IOException("the provider never sent the browser back");
        }
    }
}
