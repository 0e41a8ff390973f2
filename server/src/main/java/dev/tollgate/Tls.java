package dev.tollgate;

import dev.tollgate.kernel.PeriodicTasks;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and its key, read again when their files change, so that a renewal needs no restart. */
final class Tls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Path cert;
    private final Path key;
    private final PeriodicTasks tasks = new PeriodicTasks();
    private PemKeyCertOptions current;

    /** @throws IOException if a file cannot be read */
    Tls(Path cert, Path key) throws IOException {
        this.cert = cert;
        this.key = key;
        this.current = read();
    }

    private PemKeyCertOptions read() throws IOException {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(Files.readAllBytes(cert)))
                .addKeyValue(Buffer.buffer(Files.readAllBytes(key)));
    }

    PemKeyCertOptions current() {
        return current;
    }

    /** Looks every few seconds; a pair that does not fit together is left alone and said so, the old one stays. */
    void watch(Vertx vertx, List<HttpServer> servers) {
        tasks.every("tls-watcher", PAUSE, PAUSE, () -> look(vertx, servers));
    }

    private void look(Vertx vertx, List<HttpServer> servers) throws Exception {
        PemKeyCertOptions found = read();
        if (same(found, current)) {
            return;
        }
        if (!fits(found, vertx)) {
            throw new IllegalStateException(
                    "The key " + key + " is not that of the certificate " + cert + ": the old pair stays");
        }
        for (HttpServer server : servers) {
            server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(found))
                    .onSuccess(changed -> LOG.info("The TLS certificate {} was read again", cert))
                    .onFailure(e -> LOG.error("The TLS certificate {} was not taken over: {}", cert, e.getMessage()));
        }
        current = found;
    }

    /**
     * Whether the key is the certificate's: what it signs, the certificate must verify. The engine does not look, and the
     * two files are hardly ever replaced in one moment.
     */
    static boolean fits(PemKeyCertOptions pair, Vertx vertx) throws Exception {
        X509KeyManager manager =
                (X509KeyManager) pair.getKeyManagerFactory(vertx).getKeyManagers()[0];
        String alias = Stream.of("RSA", "EC", "EdDSA")
                .map(type -> manager.getServerAliases(type, null))
                .filter(Objects::nonNull)
                .map(found -> found[0])
                .findFirst()
                .orElse("");
        PrivateKey key = manager.getPrivateKey(alias);
        X509Certificate[] chain = manager.getCertificateChain(alias);
        if (key == null || chain == null) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm(); // Ed25519 and Ed448 name the signature too
        };
        byte[] nonce = new byte[32];
        new SecureRandom().nextBytes(nonce);
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update(nonce);
        byte[] signed = signer.sign();
        Signature verifier = Signature.getInstance(algorithm);
        try {
            verifier.initVerify(chain[0].getPublicKey());
            verifier.update(nonce);
            return verifier.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // a certificate of another kind of key
        }
    }

    private static boolean same(PemKeyCertOptions a, PemKeyCertOptions b) {
        return a.getCertValues().equals(b.getCertValues()) && a.getKeyValues().equals(b.getKeyValues());
    }

    @Override
    public void close() {
        tasks.close();
    }
}
