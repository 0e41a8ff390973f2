package dev.tollgate;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The certificate and its key, read again when their files change, so that a renewal needs no restart. */
final class Tls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final long LOOK_SECONDS = 5;

    private final Path cert;
    private final Path key;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("tls-watcher").factory());
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
    void watch(List<HttpServer> servers) {
        ScheduledFuture<?> untilClosed =
                watcher.scheduleWithFixedDelay(() -> look(servers), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        LOG.debug("Watching {} and {}: {}", cert, key, untilClosed);
    }

    private void look(List<HttpServer> servers) {
        try {
            PemKeyCertOptions found = read();
            if (same(found, current)) {
                return;
            }
            for (HttpServer server : servers) {
                server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(found))
                        .onSuccess(changed -> LOG.info("The TLS certificate {} was read again", cert))
                        .onFailure(
                                e -> LOG.error("The TLS certificate {} was not taken over: {}", cert, e.getMessage()));
            }
            current = found;
        } catch (IOException | RuntimeException e) {
            LOG.error("The TLS certificate {} could not be read again: {}", cert, e.toString());
        }
    }

    private static boolean same(PemKeyCertOptions a, PemKeyCertOptions b) {
        return a.getCertValues().equals(b.getCertValues()) && a.getKeyValues().equals(b.getKeyValues());
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
