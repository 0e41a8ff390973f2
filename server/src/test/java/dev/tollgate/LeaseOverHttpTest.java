package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.AuthorizationCodes;
import dev.tollgate.oauth.Grants;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The lease of a setup token, from its owner by the gate and the action to a job. */
@Timeout(120)
class LeaseOverHttpTest {
    @TempDir
    static Path home = Path.of("");

    private static FederatedGate ci;
    private static RunningGate gate;

    @BeforeAll
    static void start() throws Exception {
        ci = new FederatedGate(home);
        gate = ci.gate;
    }

    @AfterAll
    static void stop() {
        ci.close();
    }

    /** As {@code tollgate login --admin} gets one. */
    private static String administratorsToken(String person) throws Exception {
        HttpResponse<String> registered = gate.open(
                "/oauth/register",
                "application/json",
                "{\"client_name\":\"CLI\",\"redirect_uris\":[\"https://app.example/cb\"],"
                        + "\"token_endpoint_auth_method\":\"none\"}");
        String app = Json.MAPPER.readTree(registered.body()).get("client_id").stringValue();
        List<String> scopes = List.of("admin:*");
        AccessGrant grant = gate.authorization()
                .grants()
                .create(
                        new Grants.Draft(person, person, "default", app, "CLI", scopes, gate.url(), null, null),
                        person);
        String code = gate.authorization()
                .codes()
                .issue(new AuthorizationCodes.Draft(
                        grant.id(),
                        app,
                        "https://app.example/cb",
                        scopes,
                        grant.resource(),
                        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
                        "",
                        "",
                        System.currentTimeMillis(),
                        List.of("hwk")));
        HttpResponse<String> answer = gate.open(
                "/oauth/token",
                "application/x-www-form-urlencoded",
                "grant_type=authorization_code&code=" + code + "&client_id=" + app
                        + "&redirect_uri=https%3A%2F%2Fapp.example%2Fcb"
                        + "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assertEquals(200, answer.statusCode(), answer.body());
        return Json.MAPPER.readTree(answer.body()).get("access_token").stringValue();
    }

    /** The first owner, with a token as {@code tollgate login --admin} gets one. */
    private record Olga(String id, String token) {}

    private static Olga olga() throws Exception {
        Redeemed redeemed = gate.people()
                .firstRun()
                .redeem(
                        gate.people().firstRun().issue().orElseThrow(),
                        "olga@example.com",
                        "Olga",
                        new Visitor("192.0.2.7", "test", null, null));
        String id = assertInstanceOf(Redeemed.Done.class, redeemed)
                .signedIn()
                .person()
                .id();
        return new Olga(id, administratorsToken(id));
    }

    private static HttpResponse<String> keep(String token, String text) throws Exception {
        return gate.adminAs(token, "PUT", "/federation-leases/deploy", "{\"setup_token\":\"" + text + "\"}");
    }

    private static JsonNode leases() throws Exception {
        return gate.manage("GET", "/federation-leases", "").get("data");
    }

    private static FederatedGate.Run lease(String... more) throws Exception {
        Map<String, String> inputs = new HashMap<>(Map.of("INPUT_CLAUDE_CODE", "true"));
        for (int i = 0; i < more.length; i += 2) {
            inputs.put(more[i], more[i + 1]);
        }
        return ci.action(inputs);
    }

    @Test
    void aJobIsLentItsOwnersSetupTokenWhichTheGateNeverRelaysNorShows() throws Exception {
        String text = "sk-ant-oat01-canary-0123456789abcdefghijklmnop";
        HttpResponse<String> nobodys =
                gate.admin("PUT", "/federation-leases/deploy", "{\"setup_token\":\"" + text + "\"}");
        assertEquals(403, nobodys.statusCode(), "the owner token is no person");
        FederatedGate.Run none = lease();
        assertEquals(1, none.exit(), none.log());
        assertTrue(none.log().contains("lends this job no setup token (access_denied)"), none.log());
        assertEquals(Map.of(), none.variables());

        Olga olga = olga();
        HttpResponse<String> kept = keep(olga.token, text);
        assertEquals(200, kept.statusCode(), kept.body());
        assertEquals(
                400,
                keep(olga.token, "sk-ant-api03-canary-0123456789abcdefghijklmnop")
                        .statusCode());

        FederatedGate.Run run = lease();
        assertEquals(0, run.exit(), run.log());
        assertEquals(Map.of("CLAUDE_CODE_OAUTH_TOKEN", text), run.variables(), "no address of the gate beside it");
        assertEquals(Map.of("setup-token", text), run.outputs());
        assertEquals(1, run.log().split(text, -1).length - 1, "seen where it is masked, and nowhere else");
        assertTrue(run.log().contains("::add-mask::" + text + "\n"), run.log());
        assertEquals(olga.id, leases().get(0).get("person_id").stringValue());
        assertEquals(1, leases().get(0).get("leases_today").asInt());
        String newest =
                gate.manage("GET", "/audit?limit=1", "").get("data").get(0).toString();
        assertTrue(newest.contains("oauth.family_revoked") && newest.contains("given back"), newest);

        String job = ci.action(Map.of("INPUT_EXPORT", "false")).outputs().getOrDefault("token", "");
        HttpResponse<String> answer = gate.post("/oauth/lease", job, "");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers().firstValue("cache-control").orElse("").contains("no-store"));
        assertTrue(answer.headers().firstValue("access-control-allow-origin").isEmpty());
        assertEquals(413, gate.post("/oauth/lease", job, "x".repeat(70_000)).statusCode());
        int relayed = ci.call(text, "fast").statusCode();
        assertTrue(relayed == 401 || relayed == 403, "no caller's key: " + relayed);
        assertEquals(401, gate.adminAs(text, "GET", "/keys", "").statusCode());

        gate.manage("POST", "/vault/rotate", "");
        FederatedGate.Run rotated = lease("INPUT_EXPORT", "false");
        assertEquals(Map.of("setup-token", text), rotated.outputs(), rotated.log());
        assertEquals(Map.of(), rotated.variables());

        gate.people().people().resetSignIn(olga.id, Actor.OWNER_TOKEN);
        assertEquals(0, leases().size(), "it ended with its owner's access");
        assertEquals(1, lease().exit());
        gate.manage("GET", "/credentials", "")
                .get("data")
                .forEach(each -> assertFalse(each.toString().contains("oat01"), "it is no credential"));
        String shown = nobodys.body() + kept.body() + none.log() + gate.manage("GET", "/audit?limit=100", "");
        assertFalse(shown.contains("canary"), shown);
        assertTrue(shown.contains("setup_token.kept") && shown.contains("setup_token.leased"), shown);
        try (Stream<Path> files = Files.walk(home.resolve("gate"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                assertFalse(bytes.contains("canary"), file.toString());
            }
        }
    }

    @Test
    void aJobThatSendsClaudeCodeElsewhereIsLentNothing() throws Exception {
        for (String name : List.of("ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY")) {
            FederatedGate.Run run = lease(name, gate.url());
            assertEquals(1, run.exit(), run.log());
            assertTrue(run.log().contains("This job sets " + name), run.log());
            assertFalse(run.log().contains("add-mask"), "nothing was asked for");
        }
    }

    /** What answers there is no gate. */
    @Test
    void anAnswerThatEndsALineSetsNothing() throws Exception {
        ci.strangers.put("/evil/oauth/token", "{\"access_token\":\"a\"}");
        ci.strangers.put("/evil/oauth/lease", "{\"environment\":{\"CLAUDE_CODE_OAUTH_TOKEN\":\"a\nLD_PRELOAD=x\"}}");
        FederatedGate.Run run = lease("INPUT_URL", ci.issuerUrl() + "/evil");
        assertEquals(1, run.exit(), run.log());
        assertEquals(Map.of(), run.variables());
        assertEquals(Map.of(), run.outputs());
        assertFalse(run.log().contains("LD_PRELOAD"), run.log());
    }
}
