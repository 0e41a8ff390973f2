package dev.tollgate.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An OpenID issuer on this machine, with real keys, that serves what a test says and signs what a test wants. */
final class LocalIssuer implements AutoCloseable {
    static final RSAKey RSA = rsa("rsa-1", 2_048);
    static final RSAKey SHORT_RSA = rsa("rsa-short", 1_024);
    static final ECKey EC = ec("ec-1");

    private final HttpServer server;
    /** The paths that were asked for. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    volatile List<? extends JWK> keys = List.of(RSA, EC);
    volatile @Nullable String configuredIssuer;
    volatile @Nullable String jwksUri;
    volatile int status = 200;
    volatile String cacheControl = "max-age=600";

    LocalIssuer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    static RSAKey rsa(String kid, int bits) {
        try {
            return new RSAKeyGenerator(bits, bits < 2_048)
                    .keyID(kid)
                    .keyUse(KeyUse.SIGNATURE)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.add(path);
        String issuer = configuredIssuer == null ? url() : configuredIssuer;
        String uri = jwksUri == null ? url() + "/keys" : jwksUri;
        String body = path.equals("/keys")
                ? new JWKSet(List.copyOf(keys)).toString()
                : "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + uri + "\"}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("content-type", "application/json");
        exchange.getResponseHeaders().add("cache-control", cacheControl);
        if (status / 100 == 3) {
            exchange.getResponseHeaders().add("location", url() + "/elsewhere");
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** The claims of a job on GitHub Actions, whose token was made now. */
    Map<String, Object> job(long nowMillis) {
        long now = nowMillis / 1_000;
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", url());
        claims.put("aud", FederationHouse.AUDIENCE);
        claims.put("sub", "repo:octo-org/app:ref:refs/heads/main");
        claims.put("repository", "octo-org/app");
        claims.put("repository_id", "456");
        claims.put("repository_owner_id", "123");
        claims.put("ref", "refs/heads/main");
        claims.put("event_name", "push");
        claims.put("iat", now);
        claims.put("nbf", now);
        claims.put("exp", now + 300);
        claims.put("jti", UUID.randomUUID().toString());
        return claims;
    }

    String sign(Map<String, Object> claims) {
        return sign(claims, RSA, header -> header);
    }

    String sign(Map<String, Object> claims, JWK key, UnaryOperator<JWSHeader.Builder> change) {
        JWSAlgorithm algorithm = key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        JWSHeader.Builder header =
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).type(JOSEObjectType.JWT);
        try {
            JWSSigner signer = key instanceof RSAKey rsa
                    ? new RSASSASigner(rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                    : signer(key);
            SignedJWT jwt = new SignedJWT(change.apply(header).build(), JWTClaimsSet.parse(claims));
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return new ECDSASigner(key.toECKey());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
