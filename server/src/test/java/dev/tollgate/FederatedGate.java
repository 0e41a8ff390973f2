package dev.tollgate;

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
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** A whole gate, an issuer as GitHub's whose jobs it trusts by the rule {@code deploy}, and the action that goes between the two. */
final class FederatedGate implements AutoCloseable {
    private static final Path ACTION = Path.of("..", "deploy", "github-action", "exchange.sh");

    final RunningGate gate;
    /** What the rule says, as the admin API shows it. */
    final JsonNode rule;
    /** What is at the issuer's address besides its own documents, by path. */
    final Map<String, String> strangers = new ConcurrentHashMap<>();

    volatile String ref = "refs/heads/main";

    private final Path home;
    private final HttpServer issuer;
    private final ECKey key;

    FederatedGate(Path home) throws Exception {
        this.home = home;
        key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/", this::answer);
        issuer.start();
        gate = new RunningGate(home.resolve("gate"));
        gate.manage("PUT", "/aliases/fast", "{\"candidates\":[\"sim/echo\"]}");
        rule = gate.manage(
                "POST",
                "/federation-rules",
                "{\"name\":\"deploy\",\"issuer\":\"" + issuerUrl() + "\",\"private\":true,\"audience\":\"" + gate.url()
                        + "\",\"claims\":{\"repository_id\":\"456\",\"ref\":\"refs/heads/main\"},"
                        + "\"scopes\":[\"models:use:fast\"],\"cap_usd\":\"5\",\"cap_window\":\"day\"}");
    }

    String issuerUrl() {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }

    /** The issuer's documents, and what the runner of a job asks for its token. */
    private void answer(HttpExchange exchange) throws IOException {
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
        body = strangers.getOrDefault(path, body);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    String token(String audience) {
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

    String signed(JOSEObjectType type, JWTClaimsSet claims) {
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
    record Run(int exit, String log, Map<String, String> outputs, Map<String, String> variables) {}

    /** Runs the action with these in its environment, beside what a runner puts there. */
    Run action(Map<String, String> inputs) throws Exception {
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
        builder.environment()
                .keySet()
                .removeAll(List.of("ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"));
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

    /** Of the model API. */
    HttpResponse<String> call(String token, String model) throws Exception {
        return gate.post(
                "/v1/messages",
                token,
                "{\"model\":\"" + model + "\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
                "anthropic-version",
                "2023-06-01");
    }

    @Override
    public void close() {
        gate.close();
        issuer.stop(0);
    }
}
