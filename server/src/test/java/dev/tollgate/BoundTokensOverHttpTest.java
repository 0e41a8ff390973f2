package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import dev.tollgate.identity.people.Person;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AccessGrant;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Access tokens that are bound to a key (DPoP, RFC 9449), at the model API. */
@Timeout(120)
class BoundTokensOverHttpTest {
    private static final String MESSAGES = "/v1/messages";

    @TempDir
    static Path home = Path.of("");

    private static RunningGate gate;
    private static Person ann;
    private static AppAtGate app;

    @BeforeAll
    static void start() throws Exception {
        gate = new RunningGate(home);
        ann = AppAtGate.owner(gate, "ann@example.com");
        app = AppAtGate.register(gate, "https://app.example/cb");
    }

    @AfterAll
    static void stop() {
        gate.close();
    }

    private static String proof(ECKey key, String path, @Nullable String token, String nonce) throws Exception {
        DPoPProofFactory factory = new DefaultDPoPProofFactory(key, JWSAlgorithm.ES256);
        URI endpoint = URI.create(gate.url() + path);
        return factory.createDPoPJWT(
                        "POST", endpoint, token == null ? null : new DPoPAccessToken(token), new Nonce(nonce))
                .serialize();
    }

    private static HttpResponse<String> proven(String path, String token, String proof) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gate.url() + path))
                .header("content-type", "application/json")
                .header("anthropic-version", "2023-06-01")
                .header("authorization", "DPoP " + token)
                .POST(HttpRequest.BodyPublishers.ofString(AppAtGate.ask("sim/echo")));
        return AppAtGate.send(proof.isEmpty() ? request : request.header("dpop", proof));
    }

    private static void assertUnproven(String error, HttpResponse<String> answer) {
        assertEquals(401, answer.statusCode(), answer.body());
        String challenge = answer.headers().firstValue("www-authenticate").orElse("");
        assertTrue(challenge.startsWith("DPoP ") && challenge.contains("error=\"" + error + "\""), challenge);
        assertTrue(answer.headers().firstValue("dpop-nonce").isPresent());
        assertTrue(answer.body().contains("authentication_error"), answer.body());
    }

    @Test
    void aTokenThatIsBoundToAKeyOpensWithAProofOfIt() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        HttpResponse<String> nonceless = proven(MESSAGES, "eyJ.eyJ.x", "");
        assertUnproven("invalid_token", nonceless);
        String nonce = nonceless.headers().firstValue("dpop-nonce").orElseThrow();
        AccessGrant grant = app.grant(ann, "models:use");
        String token = app.tokens(grant, proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        app.assertOpensNothing(token, "a bearer proves no key");
        String proof = proof(key, MESSAGES, token, nonce);
        HttpResponse<String> answer = proven(MESSAGES, token, proof);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.headers().firstValue("dpop-nonce").isPresent());
        assertEquals(ann.id(), gate.explain(answer).get("member").get("id").stringValue());
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, ""));
        assertUnproven("use_dpop_nonce", proven(MESSAGES, token, proof(key, MESSAGES, token, "guess")));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(key, "/v1/responses", token, nonce)));
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(key, MESSAGES, token + "x", nonce)));
        ECKey thief = new ECKeyGenerator(Curve.P_256).generate();
        assertUnproven("invalid_dpop_proof", proven(MESSAGES, token, proof(thief, MESSAGES, token, nonce)));
        String plain = app.token(app.grant(ann, "models:use"));
        assertUnproven("invalid_token", proven(MESSAGES, plain, proof(key, MESSAGES, plain, nonce)));
        AccessGrant elsewhere = app.grantFor(ann, gate.url() + "/mcp/files", null, "models:use");
        String files = app.tokens(elsewhere, proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        assertUnproven("invalid_token", proven(MESSAGES, files, proof(key, MESSAGES, files, nonce)));
        gate.authorization().grants().revoke(grant.id(), "owner");
        assertUnproven("invalid_token", proven(MESSAGES, token, proof(key, MESSAGES, token, nonce)));
    }

    /** A client that takes a 500 for a fault gives up, and one that is told of a bad proof signs in anew. */
    @Test
    void whileTheStoreTakesNothingClientsAreAskedToComeBack() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String nonce = proven(MESSAGES, "eyJ.eyJ.x", "")
                .headers()
                .firstValue("dpop-nonce")
                .orElseThrow();
        String bound = app.tokens(app.grant(ann, "models:use"), proof(key, "/oauth/token", null, nonce))
                .get("access_token")
                .stringValue();
        String proof = proof(key, MESSAGES, bound, nonce);
        String late = "{\"redirect_uris\":[\"https://late.example/cb\"]}";
        try (Connection lock = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("tollgate.db"));
                Statement statement = lock.createStatement()) {
            statement.execute("BEGIN IMMEDIATE"); // from here on the store takes no writes
            FutureTask<HttpResponse<String>> call = new FutureTask<>(() -> proven(MESSAGES, bound, proof));
            Thread.ofVirtual().start(call);
            HttpResponse<String> registered = gate.open("/oauth/register", "application/json", late);
            assertEquals(503, registered.statusCode(), registered.body());
            assertEquals(
                    "temporarily_unavailable",
                    Json.MAPPER.readTree(registered.body()).get("error").stringValue());
            assertEquals("5", registered.headers().firstValue("retry-after").orElse(""));
            HttpResponse<String> called = call.get();
            assertEquals(503, called.statusCode(), called.body());
            assertTrue(called.headers().firstValue("www-authenticate").isEmpty(), "its token is as good as before");
            assertTrue(called.headers().firstValue("retry-after").isPresent());
            statement.execute("ROLLBACK");
        }
        assertEquals(201, gate.open("/oauth/register", "application/json", late).statusCode());
        assertEquals(
                200, proven(MESSAGES, bound, proof(key, MESSAGES, bound, nonce)).statusCode());
    }
}
