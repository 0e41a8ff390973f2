package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.SignedIn;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.oauth.Clients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A whole gate, an issuer as GitHub's, and the action that goes between the two in a job. */
@Timeout(120)
class FederationOverHttpTest {
    private static final Path ACTION = Path.of("..", "deploy", "github-action", "exchange.sh");

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static HttpServer issuer;
    private static ECKey key;
    private static volatile String ref = "refs/heads/main";

    @BeforeAll
    static void start() throws Exception {
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/", FederationOverHttpTest::answer);
        issuer.start();
        gate = new RunningGate(home.resolve("gate"));
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\"]}");
        JsonNode rule = gate.manage(
                "POST",
                "/federation-rules",
                "{\"name\":\"deploy\",\"issuer\":\"" + issuerUrl() + "\",\"private\":true,\"audience\":\"" + gate.url()
                        + "\",\"claims\":{\"repository_id\":\"456\",\"ref\":\"refs/heads/main\"},"
                        + "\"scopes\":[\"models:use:fast\"],\"cap_usd\":\"5\",\"cap_window\":\"day\"}");
        assertEquals("5.00", rule.get("cap_usd").stringValue());
    }

    @AfterAll
    static void stop() {
        gate.close();
        issuer.stop(0);
    }

    private static String issuerUrl() {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }

    /** The issuer's documents, and what the runner of a job asks for its token. */
    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = "{\"issuer\":\"" + issuerUrl() + "\",\"jwks_uri\":\"" + issuerUrl() + "/keys\"}";
        int status = 200;
        if (path.equals("/keys")) {
            body = new JWKSet(key.toPublicJWK()).toString();
        } else if (path.equals("/job-token")) {
            String query = exchange.getRequestURI().getRawQuery();
            String audience = URLDecoder.decode(query.replaceAll(".*audience=", ""), StandardCharsets.UTF_8);
            boolean known =
                    "Bearer runner-secret".equals(exchange.getRequestHeaders().getFirst("authorization"));
            status = known && query.startsWith("api-version=2&") ? 200 : 401;
            body = "{\"count\": 1, \"value\": \"" + token(audience) + "\"}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String token(String audience) {
        long now = System.currentTimeMillis();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuerUrl())
                .audience(audience)
                .subject("repo:octo-org@123/app@456:ref:" + ref)
                .claim("repository_id", "456")
                .claim("ref", ref)
                .claim("event_name", "push")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(Instant.ofEpochMilli(now)))
                .expirationTime(Date.from(Instant.ofEpochMilli(now + 300_000)))
                .build();
        return signed(JOSEObjectType.JWT, claims);
    }

    private static String signed(JOSEObjectType type, JWTClaimsSet claims) {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(key.getKeyID())
                        .type(type)
                        .build(),
                claims);
        try {
            jwt.sign(new ECDSASigner(key));
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new IllegalStateException(e);
        }
        return jwt.serialize();
    }

    /** What a run of the action printed, and what it left for later steps. */
    private record Run(int exit, String log, Map<String, String> outputs, Map<String, String> variables) {}

    private static Run action(Map<String, String> inputs) throws Exception {
        Path files = Files.createTempDirectory(home, "job");
        Path outputs = Files.createFile(files.resolve("output"));
        Path variables = Files.createFile(files.resolve("env"));
        ProcessBuilder builder =
                new ProcessBuilder("bash", ACTION.toAbsolutePath().toString()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "GITHUB_OUTPUT",
                        outputs.toString(),
                        "GITHUB_ENV",
                        variables.toString(),
                        "INPUT_URL",
                        gate.url() + "/",
                        "INPUT_AUDIENCE",
                        "",
                        "INPUT_SCOPE",
                        "",
                        "INPUT_EXPORT",
                        "true",
                        "ACTIONS_ID_TOKEN_REQUEST_URL",
                        issuerUrl() + "/job-token?api-version=2",
                        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                        "runner-secret"));
        builder.environment().putAll(inputs);
        Process process = builder.start();
        process.getOutputStream().close();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Run(process.exitValue(), log, values(outputs), values(variables));
    }

    private static Map<String, String> values(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    private static HttpResponse<String> call(String token, String model) throws Exception {
        return gate.post(
                "/v1/messages",
                token,
                "{\"model\":\"" + model + "\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "anthropic-version",
                "2023-06-01");
    }

    @Test
    void aJobCallsModelsByTheActionAndPaysUnderTheCapOfItsRule() throws Exception {
        Run run = action(Map.of());
        assertEquals(0, run.exit, run.log);
        String token = run.outputs.getOrDefault("token", "");
        int seconds = Integer.parseInt(String.valueOf(run.outputs.get("expires-in")));
        assertTrue(seconds > 800 && seconds <= 900, run.log);
        assertEquals(token, run.variables.get("ANTHROPIC_AUTH_TOKEN"));
        assertEquals(token, run.variables.get("OPENAI_API_KEY"));
        assertEquals(gate.url(), run.variables.get("ANTHROPIC_BASE_URL"));
        assertTrue(run.log.contains("::add-mask::" + token), "masked before anything can print it");
        HttpResponse<String> answer = call(token, "fast");
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode story = gate.explain(answer);
        assertEquals("deploy", story.get("key").get("name").stringValue());
        assertEquals("federation:deploy", story.get("client").get("app").stringValue());
        assertTrue(story.get("member").isNull(), "a job stands for nobody");
        assertFalse(call(token, "sim/echo").statusCode() == 200, "another model than the rule's");
        assertEquals(401, gate.adminAs(token, "GET", "/keys", "").statusCode());
        JsonNode budgets = gate.manage("GET", "/budgets", "").get("data");
        assertTrue(
                budgets.valueStream()
                        .anyMatch(each -> each.get("limit_usd").stringValue().equals("5.00")
                                && each.get("key").get("name").stringValue().equals("deploy")),
                budgets.toString());
    }

    /** It stands for nobody: no person set the cap, and it is no pool of several either. */
    @Test
    void aJobWhoseCapIsReachedIsToldSo() throws Exception {
        gate.manage("PUT", "/aliases/slow", "{\"candidates\":[\"sim/echo\"]}");
        gate.manage(
                "POST",
                "/federation-rules",
                "{\"name\":\"poor\",\"issuer\":\"" + issuerUrl() + "\",\"private\":true,\"audience\":\"" + gate.url()
                        + "\",\"claims\":{\"repository_id\":\"456\"},"
                        + "\"scopes\":[\"models:use:slow\"],\"cap_usd\":\"0\",\"cap_window\":\"day\"}");
        Run run = action(Map.of("INPUT_SCOPE", "models:use:slow"));
        HttpResponse<String> refused = call(run.outputs.getOrDefault("token", ""), "slow");
        gate.manage("DELETE", "/federation-rules/poor", "");
        assertEquals(429, refused.statusCode(), run.log + refused.body());
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
        ref = "refs/heads/evil";
        Run run;
        try {
            run = action(Map.of());
        } finally {
            ref = "refs/heads/main";
        }
        assertEquals(1, run.exit, run.log);
        assertTrue(
                run.log.contains("::error title=Tollgate::The gate gave no access token (invalid_request)"), run.log);
        assertFalse(run.log.contains("refs/heads"), run.log);
        assertEquals(Map.of(), run.variables);
        JsonNode audit = gate.manage("GET", "/audit?limit=20", "").get("data");
        assertTrue(
                audit.valueStream()
                        .anyMatch(row -> row.get("action").stringValue().equals("federation.denied")
                                && row.get("detail").toString().contains("deploy: claim ref")),
                audit.toString());
    }

    @Test
    void theActionKeepsToItselfWhatItIsToldTo() throws Exception {
        Run run = action(Map.of("INPUT_EXPORT", "false", "INPUT_SCOPE", "models:use:fast"));
        assertEquals(0, run.exit, run.log);
        assertEquals(Map.of(), run.variables);
        assertNotEquals("", run.outputs.getOrDefault("token", ""));
        assertTrue(action(Map.of("INPUT_URL", "http://gate.example.com")).log.contains("must begin with https"));
        assertTrue(action(Map.of("ACTIONS_ID_TOKEN_REQUEST_URL", "")).log.contains("id-token: write"));
        assertEquals(1, action(Map.of("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "wrong")).exit);
        assertEquals(1, action(Map.of("INPUT_AUDIENCE", "$(touch pwned); https://other.example")).exit);
    }

    @Test
    void anAdministratorSeesEachCheckOfATokenThatNobodyElseIsTold() throws Exception {
        String token = token(gate.url());
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
        String rule = "{\"name\":\"wide\",\"issuer\":\"" + issuerUrl()
                + "\",\"private\":true,\"audience\":\"a\",\"claims\":{%s}}";
        HttpResponse<String> refused = gate.admin("POST", "/federation-rules", rule.formatted(""));
        assertEquals(400, refused.statusCode(), refused.body());
        assertTrue(refused.body().contains("whose jobs"), refused.body());
        gate.manage("POST", "/federation-rules", rule.formatted("\"sub\":\"nobody\""));
        assertEquals(2, gate.manage("GET", "/federation-rules", "").get("data").size());
        gate.manage("DELETE", "/federation-rules/wide", "");
        assertEquals(404, gate.admin("DELETE", "/federation-rules/wide", "").statusCode());
    }

    /** An ID-JAG of the company's identity provider about that person. */
    private static HttpResponse<String> assertion(Clients.NewClient client, String subject, String resource)
            throws Exception {
        long now = System.currentTimeMillis();
        String jag = signed(
                new JOSEObjectType("oauth-id-jag+jwt"),
                new JWTClaimsSet.Builder()
                        .issuer(issuerUrl())
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
                "{\"name\":\"company\",\"kind\":\"id-jag\",\"issuer\":\"" + issuerUrl() + "\",\"private\":true,"
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
                .link(new SignedIn(bob.session(), bob.person()), issuerUrl(), "bob-at-idp", "bob@example.com");
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
