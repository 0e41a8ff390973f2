package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * {@code kill -9} under load, round after round on one home: no answer that a client saw whole is without its row, and the budget has
 * spent what the rows say and holds nothing. Five rounds; two hundred with {@code ./tollgate soak}.
 */
class KillTest {
    private static final int CALLERS = 8;
    private static final int ROUNDS = Boolean.getBoolean("tollgate.soak") ? 200 : 5;
    private static final String STREAMED =
            "{\"model\":\"sim/echo\",\"max_tokens\":64,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String BUDGET = "{\"account\":\"default\",\"limit_usd\":\"1000.00\",\"window\":\"lifetime\"}";
    private static final String PLAIN =
            "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    Path home;

    @Test
    void everyAnswerThatAClientSawWholeHasItsUsageRowAfterKillNine() throws Exception {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("KillTest: seed " + seed + ", " + ROUNDS + " rounds");
        Random random = new Random(seed);
        List<String> acknowledged = new ArrayList<>();
        int sent = 0;
        for (int round = 0; round < ROUNDS; round++) {
            GateProcess gate = GateProcess.start(home);
            if (round == 0) {
                gate.manage("POST", "/budgets", BUDGET);
            }
            Queue<String> whole = new ConcurrentLinkedQueue<>();
            sent += load(gate, whole, random.nextInt(300));
            acknowledged.addAll(whole);
            gate.close();
        }
        assertTrue(acknowledged.size() > ROUNDS, "there was load: " + acknowledged.size());
        try (GateProcess gate = GateProcess.start(home)) {
            List<String> missing = new ArrayList<>();
            for (String id : acknowledged) {
                if (gate.admin("GET", "/calls/" + id, "").statusCode() != 200) {
                    missing.add(id);
                }
            }
            assertEquals(List.of(), missing, "of " + acknowledged.size() + " acknowledged; seed " + seed);
            long rows = 0;
            BigDecimal cost = BigDecimal.ZERO;
            for (JsonNode row : gate.manage("GET", "/usage?by=model", "").get("data")) {
                rows += row.get("calls").asLong();
                cost = cost.add(new BigDecimal(row.get("cost_usd").stringValue()));
            }
            System.out.println(
                    "KillTest: " + acknowledged.size() + " acknowledged of " + sent + " sent, " + rows + " rows");
            assertTrue(rows >= acknowledged.size());
            JsonNode budget = gate.manage("GET", "/budgets", "").get("data").get(0);
            assertEquals(
                    0, cost.compareTo(new BigDecimal(budget.get("spent_usd").stringValue())), budget + " but " + cost);
            assertTrue(
                    cost.compareTo(new BigDecimal(budget.get("limit_usd").stringValue())) <= 0,
                    "over the cap: " + cost);
            assertEquals(
                    0, new BigDecimal(budget.get("held_usd").stringValue()).signum(), "held for nobody: " + budget);
            assertTrue(gate.manage("GET", "/ledger/verify", "").get("ok").asBoolean(), "the books add up");
            JsonNode verdict = gate.manage("GET", "/audit/verify", "");
            assertTrue(verdict.get("ok").asBoolean(), "the audit trail is whole: " + verdict);
        }
    }

    /** Calls until the process is gone; it is killed so many milliseconds after the first whole answer. Returns how many were sent. */
    private static int load(GateProcess gate, Queue<String> whole, int millis) throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        List<Future<Integer>> counts = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                boolean streamed = i % 2 == 0;
                counts.add(callers.submit(() -> call(gate, streamed, whole, running)));
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (whole.isEmpty() && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            TimeUnit.MILLISECONDS.sleep(millis);
            gate.kill();
            running.set(false);
        }
        int sent = 0;
        for (Future<Integer> count : counts) {
            sent += count.get();
        }
        return sent;
    }

    private static int call(GateProcess gate, boolean streamed, Queue<String> whole, AtomicBoolean running)
            throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gate.url() + "/v1/messages"))
                .header("x-api-key", gate.firstKey())
                .header("content-type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(streamed ? STREAMED : PLAIN))
                .build();
        int sent = 0;
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (running.get()) {
                sent++;
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                boolean complete = answer.statusCode() == 200
                        && (!streamed || answer.body().contains("event: message_stop"));
                if (complete) {
                    whole.add(
                            answer.headers().firstValue("x-tollgate-request-id").orElseThrow());
                }
            }
        } catch (IOException e) {
            return sent; // the process has been killed
        }
        return sent;
    }
}
