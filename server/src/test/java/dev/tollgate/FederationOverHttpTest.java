package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
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
}
