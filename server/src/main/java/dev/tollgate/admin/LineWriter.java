package dev.tollgate.admin;

import dev.tollgate.front.Replies;
import dev.tollgate.kernel.Json;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes an answer of many lines at the pace of its reader, from a thread that may block. The next page is asked for once
 * the operating system has taken the one before, so a page or two are in memory, however long the answer and slow its
 * reader; and whoever leaves stops the query.
 */
final class LineWriter {
    private static final Logger LOG = LoggerFactory.getLogger(LineWriter.class);
    /** For a page, after which its reader is given up. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** RFC 9113, section 7; on HTTP/1.1 the connection is closed. */
    private static final long INTERNAL_ERROR = 0x2;

    private final Context context;
    private final HttpServerRequest request;

    LineWriter(Context context, HttpServerRequest request) {
        this.context = context;
        this.request = request;
    }

    /** Returns when all has been taken, or nobody is left to take it. */
    void write(AdminReply.Lines lines) {
        context.runOnContext(v -> Replies.begin(request, 200, "application/x-ndjson"));
        try {
            for (List<ObjectNode> page = lines.first();
                    !page.isEmpty();
                    page = lines.rest().next()) {
                if (!isTaken(bytes(page))) {
                    breakOff();
                    return;
                }
            }
            context.runOnContext(v -> request.response().end());
        } catch (RuntimeException e) {
            LOG.error("{} {} broke off", request.method(), request.path(), e);
            breakOff();
        }
    }

    private static Buffer bytes(List<ObjectNode> page) {
        Buffer bytes = Buffer.buffer();
        page.forEach(object ->
                bytes.appendBytes(Json.MAPPER.writeValueAsBytes(object)).appendByte((byte) '\n'));
        return bytes;
    }

    private boolean isTaken(Buffer bytes) {
        CompletableFuture<Boolean> taken = new CompletableFuture<>();
        context.runOnContext(v -> {
            HttpServerResponse response = request.response();
            response.closeHandler(gone -> taken.complete(false));
            if (response.closed()) {
                taken.complete(false);
            } else {
                response.write(bytes).onComplete(written -> taken.complete(written.succeeded()));
            }
        });
        try {
            return taken.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** What is cut short must not look whole. */
    private void breakOff() {
        context.runOnContext(v -> request.response().reset(INTERNAL_ERROR));
    }
}
