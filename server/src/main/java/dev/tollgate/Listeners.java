package dev.tollgate;

import dev.tollgate.front.Front;
import dev.tollgate.kernel.Refusal;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where the gate listens, one listener for each event loop, and what is under way there. */
final class Listeners implements AutoCloseable {
    private static final int UNREAD_MILLIS = 300_000;
    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_CHUNK_BYTES = 64 * 1024;
    private static final long OPENING_SECONDS = 60;

    private final ServeOptions options;
    private final List<Front> fronts = Collections.synchronizedList(new ArrayList<>());
    private final List<HttpServer> servers = Collections.synchronizedList(new ArrayList<>());
    private volatile String url = "";
    private @Nullable Tls tls;

    Listeners(ServeOptions options) {
        this.options = options;
    }

    /** @throws Refusal if the port cannot be had */
    void open(Vertx vertx, LoopVerticle.Shared shared) throws Exception {
        HttpServerOptions http = http();
        if (options.tlsCert != null && options.tlsKey != null) {
            tls = new Tls(options.tlsCert, options.tlsKey);
            http.setSsl(true).setUseAlpn(true).setKeyCertOptions(tls.current());
        }
        try {
            vertx.deployVerticle(
                            () -> new LoopVerticle(shared, http, fronts::add, servers::add),
                            new DeploymentOptions()
                                    .setInstances(Runtime.getRuntime().availableProcessors()))
                    .await(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) { // await declares none of what it throws
            if (!(e instanceof IOException)) {
                throw e;
            }
            throw Refusal.conflict(
                    "Tollgate cannot listen on " + options.host + ":" + options.port + ": " + e.getMessage(),
                    "Something else uses the port; choose another with --port.");
        }
        if (tls != null) {
            tls.watch(vertx, servers);
        }
        int port = servers.getFirst().actualPort();
        String host = options.host.contains(":") ? "[" + options.host + "]" : options.host;
        url = options.publicUrl != null
                ? options.publicUrl.toString().replaceAll("/+$", "")
                : (options.tls() ? "https://" : "http://") + host + ":" + port;
    }

    private HttpServerOptions http() {
        return new HttpServerOptions()
                .setHost(options.host)
                .setPort(options.port)
                .setTcpNoDelay(true)
                // Where the engine can set it (Linux): a client that reads nothing for so long loses its connection.
                .setTcpUserTimeout(UNREAD_MILLIS)
                .setAcceptBacklog(4_096)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setMaxInitialLineLength(MAX_HEADER_BYTES / 2)
                .setMaxChunkSize(MAX_CHUNK_BYTES)
                .setHttp2ClearTextEnabled(false)
                // WebSockets are refused; their handlers would sit in every connection's pipeline all the same.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false);
    }

    /** The address that people and clients use, without a slash at its end; empty before the gate listens. */
    String url() {
        return url;
    }

    /** The HTTP requests whose answer has not ended. */
    int inFlight() {
        return fronts.stream().mapToInt(Front::inFlight).sum();
    }

    boolean draining() {
        return fronts.stream().anyMatch(Front::isDraining);
    }

    /** Takes no new calls, and lets those under way end for as long as the options allow. */
    @Override
    public void close() {
        fronts.forEach(Front::drain);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(options.drainTimeout);
        while (inFlight() > 0 && System.nanoTime() < deadline) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (tls != null) {
            tls.close();
        }
    }
}
