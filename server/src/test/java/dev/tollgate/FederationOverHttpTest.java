package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.oauth.Clients;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A whole gate, an issuer as GitHub's, and the action that goes between the two in a job. */
@Timeout(120)
class FederationOverHttpTest {
    @TempDir
    static Path home = Path.of("");

    private static FederatedGate ci;
    private static RunningGate gate;

    @BeforeAll
    static void start() throws Exception {
        ci = new FederatedGate(home);
        gate = ci.gate;
        assertEquals("5.00", ci.rule.get("cap_usd").stringValue());
    }

    @AfterAll
    static void stop() {
        ci.close();
    }

    @Test
    void aJobCallsModelsByTheActionAndPaysUnderTheCapOfItsRule() throws Exception {
        FederatedGate.Run run = ci.action(Map.of());
        assertEquals(0, run.exit(), run.log());
        String token = run.outputs().getOrDefault("token", "");
        int seconds = Integer.parseInt(String.valueOf(run.outputs().get("expires-in")));
        assertTrue(seconds > 800 && seconds <= 900, run.log());
        assertEquals(token, run.variables().get("ANTHROPIC_AUTH_TOKEN"));
        assertEquals(token, run.variables().get("OPENAI_API_KEY"));
        assertEquals(gate.url(), run.variables().get("ANTHROPIC_BASE_URL"));
        assertTrue(run.log().contains("::add-mask::" + token), "masked before anything can print it");
        HttpResponse<String> answer = ci.call(token, "fast");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode story = gate.explain(answer);
        assertEquals("deploy", story.get("key").get("name").stringValue());
        assertEquals("federation:deploy", story.get("client").get("app").stringValue());
        assertTrue(story.get("member").isNull(), "a job stands for nobody");
        assertFalse(ci.call(token, "sim/echo").statusCode() == 200, "another model than the rule's");
        assertEquals(401, gate.adminAs(token, "GET", "/keys", "").statusCode());
        JsonNode budgets = gate.manage("GET", "/budgets", "").get("data");
        assertTrue(
                budgets.valueStream()
                        .anyMatch(each -> each.get("limit_usd").stringValue().equals("5.00")
                                && each.get("key").get("name").stringValue().equals("deploy")),
                budgets.toString());
    }

    /** The action's README says what the last step of a job runs. */
    @Test
    void theLastStepGivesTheTokenBack() throws Exception {
        Path readme = Path.of("..", "deploy", "github-action", "README.md");
        String step = Files.readAllLines(readme).stream()
                .map(String::strip)
                .filter(line -> line.startsWith("run: printf"))
                .findFirst()
                .orElseThrow()
                .substring("run: ".length());
        FederatedGate.Run run = ci.action(Map.of());
        String token = run.outputs().getOrDefault("token", "");
        assertEquals(200, ci.call(token, "fast").statusCode());
        ProcessBuilder last = new ProcessBuilder("bash", "-ec", step).redirectErrorStream(true);
        last.environment().putAll(run.variables());
        Process process = last.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals("", said);
        assertEquals(401, ci.call(token, "fast").statusCode());
    }

    /** It stands for nobody: no person set the cap, and it is no pool of several either. */
    @Test
    void aJobWhoseCapIsReachedIsToldSo() throws Exception {
        gate.manage("PUT", "/aliases/slow", "{\"candidates\":[\"sim/echo\"]}");
        gate.manage(
                "POST",
                "/federation-rules",
                "{\"name\":\"poor\",\"issuer\":\"" + ci.issuerUrl() + "\",\"private\":true,\"audience\":\"" + gate.url()
                        + "\",\"claims\":{\"repository_id\":\"456\"},"
                        + "\"scopes\":[\"models:use:slow\"],\"cap_usd\":\"0\",\"cap_window\":\"day\"}");
        FederatedGate.Run run = ci.action(Map.of("INPUT_SCOPE", "models:use:slow"));
        HttpResponse<String> refused = ci.call(run.outputs().getOrDefault("token", ""), "slow");
        gate.manage("DELETE", "/federation-rules/poor", "");
        assertEquals(429, refused.statusCode(), run.log() + refused.body());
        assertTrue(refused.body().contains("ask an administrator to raise it"), refused.body());
        String unified = "anthropic-ratelimit-unified-";
        assertEquals(
                "rejected", refused.headers().firstValue(unified + "status").orElse(""));
        assertEquals(
                "daily",
                refused.headers().firstValue(unified + "overage-period").orElse(""));
        assertTrue(refused.headers().firstValue(unified + "overage-scope").isEmpty());
    }

    @Test
    void aJobThatIsRefusedIsToldNoReasonAndItsTokensStayUnseen() throws Exception {
        ci.ref = "refs/heads/evil";
        FederatedGate.Run run;
        try {
            run = ci.action(Map.of());
        } finally {
            ci.ref = "refs/heads/main";
        }
        assertEquals(1, run.exit(), run.log());
        assertTrue(
                run.log().contains("::error title=Tollgate::The gate gave no access token (invalid_request)"),
                run.log());
        assertFalse(run.log().contains("refs/heads"), run.log());
        assertEquals(Map.of(), run.variables());
        JsonNode audit = gate.manage("GET", "/audit?limit=20", "").get("data");
        assertTrue(
                audit.valueStream()
                        .anyMatch(row -> row.get("action").stringValue().equals("federation.denied")
                                && row.get("detail").toString().contains("deploy: claim ref")),
                audit.toString());
    }

    @Test
    void theActionKeepsToItselfWhatItIsToldTo() throws Exception {
        FederatedGate.Run run = ci.action(Map.of("INPUT_EXPORT", "false", "INPUT_SCOPE", "models:use:fast"));
        assertEquals(0, run.exit(), run.log());
        assertEquals(Map.of(), run.variables());
        assertNotEquals("", run.outputs().getOrDefault("token", ""));
        assertTrue(
                ci.action(Map.of("INPUT_URL", "http://gate.example.com")).log().contains("must begin with https"));
        assertTrue(ci.action(Map.of("ACTIONS_ID_TOKEN_REQUEST_URL", "")).log().contains("id-token: write"));
        assertEquals(
                1, ci.action(Map.of("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong")).exit());
        assertEquals(
                1,
                ci.action(Map.of("INPUT_AUDIENCE", "$(touch pwned); https://other.example"))
                        .exit());
    }

    @Test
    void anAdministratorSeesEachCheckOfATokenThatNobodyElseIsTold() throws Exception {
        String token = ci.token(gate.url());
        JsonNode trial = gate.manage("POST", "/federation-trials", "{\"token\":\"" + token + "\"}")
                .get("data")
                .get(0);
        assertTrue(trial.get("passes").booleanValue(), trial.toString());
        HttpResponse<String> refused =
                gate.adminAs("no-owner", "POST", "/federation-trials", "{\"token\":\"" + token + "\"}");
        assertEquals(401, refused.statusCode());
        HttpResponse<String> odd = gate.admin("POST", "/federation-trials", "{\"token\":\"canary\"}");
        assertEquals(400, odd.statusCode());
        assertFalse(odd.body().contains("canary"));
    }

    @Test
    void aRuleThatNamesOnlyAnAudienceIsRefused() throws Exception {
        String rule = "{\"name\":\"wide\",\"issuer\":\"" + ci.issuerUrl()
                + "\",\"private\":true,\"audience\":\"a\",\"claims\":{%s}}";
        HttpResponse<String> refused = gate.admin("POST", "/federation-rules", rule.formatted(""));
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("whose jobs"), refused.body());
        gate.manage("POST", "/federation-rules", rule.formatted("\"sub\":\"nobody\""));
        assertEquals(2, gate.manage("GET", "/federation-rules", "").get("data").size());
        gate.manage("DELETE", "/federation-rules/wide", "");
        assertEquals(404, gate.admin("DELETE", "/federation-rules/wide", "").statusCode());
    }

    /** What answers there is no gate. */
    @Test
    void anAnswerThatEndsALineSetsNothing() throws Exception {
        ci.strangers.put(
                "/evil/oauth/token",
                "{\"access_token\":\"a\nLD_PRELOAD=x\",\"error\":\"b\n::set-env name=LD_PRELOAD::x\"}");
        FederatedGate.Run run = ci.action(Map.of("INPUT_URL", ci.issuerUrl() + "/evil"));
        assertEquals(1, run.exit(), run.log());
        assertEquals(Map.of(), run.variables());
        assertEquals(Map.of(), run.outputs());
        assertFalse(run.log().contains("LD_PRELOAD"), run.log());
    }

    /** An ID-JAG of the company's identity provider about that person. */
    private static HttpResponse<String> assertion(Clients.NewClient client, String subject, String resource)
            throws Exception {
        long now = System.currentTimeMillis();
        String jag = ci.signed(
                new JOSEObjectType("oauth-id-jag+jwt"),
                new JWTClaimsSet.Builder()
                        .issuer(ci.issuerUrl())
                        .audience(gate.url())
                        .subject(subject)
                        .claim("client_id", client.client().id())
                        .claim("resource", resource)
                        .claim("scope", "mcp:files")
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(Instant.ofEpochMilli(now)))
                        .expirationTime(Date.from(Instant.ofEpochMilli(now + 300_000)))
                        .build());
        String form = "grant_type=" + URLEncoder.encode(GrantType.JWT_BEARER.getValue(), StandardCharsets.UTF_8)
                + "&client_id=" + client.client().id() + "&client_secret=" + client.secret() + "&assertion=" + jag;
        return gate.open("/oauth/token", "application/x-www-form-urlencoded", form);
    }

    @Test
    void whoIsSuspendedHereGetsNothingByTheirCompanysWord() throws Exception {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setGrantTypes(Set.of(GrantType.JWT_BEARER));
        Clients.NewClient client = gate.authorization().clients().create(metadata, "default", "owner");
        gate.manage(
                "POST",
                "/federation-rules",
                "{\"name\":\"company\",\"kind\":\"id-jag\",\"issuer\":\"" + ci.issuerUrl() + "\",\"private\":true,"
                        + "\"claims\":{\"client_id\":\"" + client.client().id() + "\"},\"scopes\":[\"mcp:files\"]}");
        String invitation = gate.people()
                .invitations()
                .invite("bob@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN)
                .text();
        NewSession bob = assertInstanceOf(
                        Redeemed.Done.class,
                        gate.people()
                                .invitations()
                                .redeem(invitation, "Bob", new Visitor("192.0.2.7", "test", null, null)))
                .signedIn();
        String files = gate.url() + "/mcp/files";
        assertEquals(400, assertion(client, "bob-at-idp", files).statusCode(), "not linked yet");
        gate.people()
                .outside()
                .link(new SignedIn(bob.session(), bob.person()), ci.issuerUrl(), "bob-at-idp", "bob@example.com");
        HttpResponse<String> good = assertion(client, "bob-at-idp", files);
        assertEquals(200, good.statusCode(), good.body());
        gate.people().people().suspend(bob.person().id(), Actor.OWNER_TOKEN);
        for (String resource : List.of(files, files + "-of-others")) {
            HttpResponse<String> refused = assertion(client, "bob-at-idp", resource);
            assertEquals(400, refused.statusCode(), refused.body());
            assertTrue(refused.body().contains("invalid_grant"), refused.body());
        }
        gate.manage("DELETE", "/federation-rules/company", "");
    }
}
