package dev.tollgate.console;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.kernel.Json;
import dev.tollgate.web.Params;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** An OpenID provider on this machine, with real keys, that says whatever a test wants it to. */
final class LocalIssuer implements AutoCloseable {
    static final RSAKey KEY = key("first");
    static final String CLIENT = "tollgate-client";

    /** Makes the ID token for a nonce. */
    interface Minting {
        String mint(String nonce) throws Exception;
    }

    /** What came to the token endpoint. */
    record Asked(Params form, String authorization) {}

    private final HttpServer server;
    final String url;
    final ObjectNode configuration;
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    final AtomicInteger keysFetched = new AtomicInteger();
    volatile JWKSet keys = new JWKSet(KEY);
    volatile String nonce = "";
    volatile Minting minting = nonce -> signed(claims(nonce).build(), KEY);

    LocalIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        configuration = Json.MAPPER
                .createObjectNode()
                .put("issuer", url)
                .put("authorization_endpoint", url + "/authorize?tenant=x")
                .put("token_endpoint", url + "/token")
                .put("jwks_uri", url + "/keys");
        server.createContext("/", this::serve);
        server.start();
    }

    static RSAKey key(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        String answer;
        if (path.endsWith("/.well-known/openid-configuration")) {
            answer = configuration.toString();
        } else if (path.equals("/keys")) {
            keysFetched.incrementAndGet();
            answer = keys.toPublicJWKSet().toString();
        } else {
            Params form = Objects.requireNonNull(Params.parse(new String(body, StandardCharsets.UTF_8)));
            String authorization = exchange.getRequestHeaders().getFirst("authorization");
            asked.add(new Asked(form, authorization == null ? "" : authorization));
            answer = tokens();
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String tokens() throws IOException {
        try {
            return Json.MAPPER
                    .createObjectNode()
                    .put("access_token", "at")
                    .put("token_type", "Bearer")
                    .put("id_token", minting.mint(nonce))
                    .toString();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** What is right for a sign-in with this nonce. */
    JWTClaimsSet.Builder claims(String nonce) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url)
                .subject("248289761001")
                .audience(CLIENT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", nonce)
                .claim("email", "ada@example.com")
                .claim("email_verified", true)
                .claim("name", "Ada");
    }

    static String signed(JWTClaimsSet claims, RSAKey key) throws JOSEException {
        return signed(claims, key, JWSAlgorithm.RS256);
    }

    static String signed(JWTClaimsSet claims, JWK key, JWSAlgorithm algorithm) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims);
        token.sign(key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey()));
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
