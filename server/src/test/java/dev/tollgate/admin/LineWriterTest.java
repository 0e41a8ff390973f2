package dev.tollgate.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.audit.AuditEvent;
import dev.tollgate.audit.AuditLog;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Answers of many lines over real HTTP, from pages that count how often they were asked for. */
@Timeout(120)
class LineWriterTest extends OnAdminRoutes {
    /** A page of one MiB. */
    private static final List<ObjectNode> PAGE =
            Collections.nCopies(16, Shapes.object().put("text", "x".repeat(64 * 1024)));

    /** More than the sockets of both sides hold. */
    private static final int MANY = 128;

    private static AdminReply.Pages pages(AtomicInteger asked, int number) {
        return () -> asked.incrementAndGet() > number ? List.of() : PAGE;
    }

    @Test
    void aSlowReaderHoldsThePagesBackAndStillGetsAll() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpResponse<InputStream> answer = open(serve(request -> AdminReply.lines(pages(asked, MANY))));
        assertEquals(
                "application/x-ndjson",
                answer.headers().firstValue("content-type").orElseThrow());
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            reader.readLine();
            assertFalse(handled.await(1, TimeUnit.SECONDS), "all was written to a reader that does not read");
            assertTrue(asked.get() < MANY / 2, () -> asked + " pages were read ahead");
            assertEquals(MANY * PAGE.size() - 1, reader.lines().count());
        }
        assertTrue(handled.await(20, TimeUnit.SECONDS));
        assertEquals(MANY + 1, asked.get());
    }

    @Test
    void aReaderWhoLeavesStopsTheQuery() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpResponse<InputStream> answer = open(serve(request -> AdminReply.lines(pages(asked, Integer.MAX_VALUE))));
        answer.body().read();
        answer.body().close();
        assertTrue(handled.await(30, TimeUnit.SECONDS), () -> asked + " pages were read for nobody");
    }

    @Test
    void whatFailsMidwayDoesNotLookWhole() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpResponse<InputStream> answer = open(serve(request -> AdminReply.lines(() -> {
            if (asked.incrementAndGet() > 2) {
                throw new IllegalStateException("the store went away");
            }
            return PAGE;
        })));
        assertEquals(200, answer.statusCode());
        assertThrows(IOException.class, () -> answer.body().readAllBytes());
    }

    @Test
    void whatFailsBeforeTheFirstLineIsToldAsEverywhere() throws Exception {
        HttpResponse<InputStream> answer = open(serve(request -> AdminReply.lines(() -> {
            throw Refusal.unavailable("The store is away.", "Wait.");
        })));
        assertEquals(503, answer.statusCode());
        assertTrue(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8).contains("The store is away."));
    }

    @Test
    void anAnswerWithoutLinesIsEmpty() throws Exception {
        HttpResponse<InputStream> answer = open(serve(request -> AdminReply.lines(List::of)));
        assertEquals(200, answer.statusCode());
        assertEquals(0, answer.body().readAllBytes().length);
    }

    @Test
    void theAuditTrailIsExportedRowByRow(@TempDir Path folder) throws Exception {
        try (Store store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("audit.db")))) {
            AuditLog audit = new AuditLog(store, InstantSource.system(), new byte[32]);
            store.write(tx -> {
                for (int i = 1; i <= 1_234; i++) {
                    audit.append(tx, new AuditEvent("owner", "test", "row " + i, "ü\n"));
                }
                return "";
            });
            HttpResponse<InputStream> answer = open(serve(request -> new AuditAdmin(audit).export()));
            List<Long> numbers = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> Json.MAPPER.readTree(line).get("seq").longValue())
                    .toList();
            assertEquals(LongStream.rangeClosed(1, 1_234).boxed().toList(), numbers);
        }
    }
}
