package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.NotFoundException;
import com.anthropic.models.messages.batches.BatchCreateParams;
import com.anthropic.models.messages.batches.MessageBatch;
import com.anthropic.models.messages.batches.MessageBatchIndividualResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Message batches, by the vendor's own SDK and by hand: whose they are, what they cost, what survives. */
class BatchesTest extends HoldingsHouse {
    private static final String PRICE = "{\"input_usd_per_mtok\":\"3\",\"output_usd_per_mtok\":\"15\"}";

    private static BatchCreateParams.Request request(String id, String model, String text) {
        return BatchCreateParams.Request.builder()
                .customId(id)
                .params(BatchCreateParams.Request.Params.builder()
                        .model(model)
                        .maxTokens(256)
                        .addUserMessage(text)
                        .build())
                .build();
    }

    private static String params(String model) {
        return "{\"model\":\"" + model
                + "\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\"Good morning\"}]}";
    }

    private static String batch(int requests, String model) {
        return "{\"requests\":["
                + IntStream.range(0, requests)
                        .mapToObj(i -> "{\"custom_id\":\"r" + i + "\",\"params\":" + params(model) + "}")
                        .collect(Collectors.joining(","))
                + "]}";
    }

    private static String requestId(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-tollgate-request-id").orElseThrow();
    }

    @Test
    void aBatchOfTheSdksGoesFromItsCreationToItsResults() {
        MessageBatch made = anthropic
                .messages()
                .batches()
                .create(BatchCreateParams.builder()
                        .addRequest(request("one", "anth/echo", "Good morning"))
                        .addRequest(request("two", "anth/flaky:500", "Good evening"))
                        .build());
        MessageBatch ended = anthropic.messages().batches().retrieve(made.id());
        assertEquals(MessageBatch.ProcessingStatus.ENDED, ended.processingStatus());
        assertEquals(
                "/v1/messages/batches/" + made.id() + "/results",
                ended.resultsUrl().orElseThrow());
        try (StreamResponse<MessageBatchIndividualResponse> results =
                anthropic.messages().batches().resultsStreaming(made.id())) {
            List<MessageBatchIndividualResponse> lines = results.stream().toList();
            assertEquals(2, lines.size());
            assertTrue(lines.get(0)
                    .result()
                    .asSucceeded()
                    .message()
                    .content()
                    .toString()
                    .contains("Good morning"));
            assertTrue(lines.get(1).result().isErrored());
        }
        assertTrue(anthropic.messages().batches().list().items().stream()
                .anyMatch(batch -> batch.id().equals(made.id())));
        anthropic.messages().batches().delete(made.id());
        assertThrows(
                NotFoundException.class, () -> anthropic.messages().batches().retrieve(made.id()));
    }

    @Test
    void aBatchIsPaidOnceAtHalfThePriceWhenItsResultsAreKnown() throws Exception {
        HttpResponse<String> direct = send("POST", "/v1/messages", key, params("sim/echo"));
        BigDecimal list = new BigDecimal(
                direct.headers().firstValue("x-tollgate-cost-usd").orElseThrow());
        HttpResponse<String> made = send("POST", BATCHES, key, batch(4, "quick"));
        String id = id(made);
        for (int times = 0; times < 2; times++) {
            HttpResponse<String> results = send("GET", BATCHES + "/" + id + "/results", key, "");
            assertEquals(200, results.statusCode(), results.body());
            assertEquals(4, results.body().lines().count());
        }
        JsonNode call = gate.manage("GET", "/calls/" + requestId(made), "");
        assertEquals("settled", call.get("outcome").stringValue(), call.toString());
        assertEquals(
                0,
                list.multiply(new BigDecimal(2))
                        .compareTo(new BigDecimal(call.get("cost_usd").stringValue())),
                call.toString());
        String trail = audit();
        assertTrue(trail.contains("batch.created") && trail.contains(id), trail);
    }

    @Test
    void nobodyReachesAnothersBatch() throws Exception {
        String id = id(send("POST", BATCHES, key, batch(1, "sim/echo")));
        for (String[] call : new String[][] {
            {"GET", ""}, {"GET", "/results"}, {"POST", "/cancel"}, {"DELETE", ""},
        }) {
            HttpResponse<String> answer = send(call[0], BATCHES + "/" + id + call[1], strangersKey, "");
            assertEquals(404, answer.statusCode(), call[0] + call[1]);
            assertTrue(answer.body().contains("not_found_error"), answer.body());
        }
        assertTrue(!send("GET", BATCHES, strangersKey, "").body().contains(id));
        assertTrue(send("GET", BATCHES, key, "").body().contains(id));
        assertEquals(
                401,
                send("GET", BATCHES + "/" + id, "tg_0000000000_" + "0".repeat(32), "")
                        .statusCode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "%2e%2e",
                "..%2f..%2fmodels",
                "a%2fb",
                "a%3fx=1",
                "a%0d%0ax",
                "a%00",
                "a;b",
                "%",
                "msgbatch_'%20OR%20'1'='1"
            })
    void idsAreNoPaths(String id) throws Exception {
        for (String place : List.of(BATCHES, "/v1/files")) {
            HttpResponse<String> answer = raw(place + "/" + id);
            assertTrue(answer.statusCode() == 404 || answer.statusCode() == 400, answer.statusCode() + answer.body());
            assertTrue(answer.headers().firstValue("x-sim-received-headers").isEmpty(), "nothing was sent on");
        }
    }

    /** A path that {@link URI} would not take. */
    private static HttpResponse<String> raw(String path) throws Exception {
        URI uri;
        try {
            uri = URI.create(gate.url() + path);
        } catch (IllegalArgumentException unsendable) {
            uri = URI.create(gate.url() + BATCHES + "/%25");
        }
        return HTTP.send(
                HttpRequest.newBuilder(uri)
                        .header("x-api-key", key)
                        .header("anthropic-version", "2023-06-01")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aForbiddenModelAnywhereStopsTheWholeBatch() throws Exception {
        String limited = gate.createKey("limited", "sim/echo");
        String last = "sim/story";
        String body = batch(998, "sim/echo");
        body = body.substring(0, body.length() - 2) + ",{\"custom_id\":\"z\",\"params\":" + params(last) + "}]}";
        HttpResponse<String> answer = send("POST", BATCHES, limited, body);
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("requests[998].params.model"), answer.body());
        assertTrue(send("GET", BATCHES, limited, "").body().contains("\"data\":[]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"requests\":[]}",
                "{\"requests\":{}}",
                "{\"requests\":[{\"custom_id\":\"a\"}]}",
                "{\"requests\":[{\"params\":PARAMS}]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS},{\"custom_id\":\"a\",\"params\":PARAMS}]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS,\"params\":PARAMS}]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS,\"Params\":PARAMS}]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS}],\"requests\":[]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":{\"model\":\"sim/echo\",\"model\":\"sim/story\"}}]}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS}]} {}",
                "{\"requests\":[{\"custom_id\":\"a\",\"params\":PARAMS},{\"custom_id\":\"b\",\"params\":OTHER}]}"
            })
    void whatCouldBeReadInTwoWaysIsNoBatch(String body) throws Exception {
        HttpResponse<String> answer = send(
                "POST", BATCHES, key, body.replace("PARAMS", params("sim/echo")).replace("OTHER", params("anth/echo")));
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("invalid_request_error"), answer.body());
    }

    @Test
    void bodiesBeyondTheRoomAreRefused() throws Exception {
        String body = "{\"requests\":[{\"custom_id\":\"" + "a".repeat(33 * 1024 * 1024) + "\"}]}";
        try {
            assertEquals(413, send("POST", BATCHES, key, body).statusCode());
        } catch (IOException refusedWhileSending) {
            assertTrue(refusedWhileSending.getMessage() != null);
        }
    }

    @Test
    void anOpenBatchIsCanceledAndThenFree() throws Exception {
        HttpResponse<String> made = HTTP.send(
                HttpRequest.newBuilder(URI.create(gate.url() + BATCHES))
                        .header("x-api-key", key)
                        .header("anthropic-version", "2023-06-01")
                        .header("x-sim-duration-ms", "3600000")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(batch(2, "sim/echo")))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String at = BATCHES + "/" + id(made);
        assertTrue(send("GET", at, key, "").body().contains("in_progress"));
        assertEquals(400, send("GET", at + "/results", key, "").statusCode());
        assertEquals(400, send("DELETE", at, key, "").statusCode());
        assertTrue(send("POST", at + "/cancel", key, "").body().contains("canceling"));
        assertTrue(send("GET", at + "/results", key, "").body().contains("canceled"));
        JsonNode call = gate.manage("GET", "/calls/" + requestId(made), "");
        assertEquals(0, new BigDecimal(call.get("cost_usd").stringValue()).signum(), call.toString());
        assertEquals(200, send("DELETE", at, key, "").statusCode());
        String trail = audit();
        assertTrue(trail.contains("batch.canceled") && trail.contains("batch.deleted"), trail);
    }

    @Test
    void aBatchOutlivesAKilledGateAndIsPaidByTheNext(@TempDir Path killedHome) throws Exception {
        String simulated = gate.simulatedProvider(); // of a process that goes on
        String owner;
        HttpResponse<String> made;
        try (GateProcess first = GateProcess.start(killedHome)) {
            provider(first, "anth", "anthropic", simulated);
            first.manage("PUT", "/prices/anth/echo", PRICE);
            owner = first.createKey("owner");
            made = send(first, "POST", BATCHES, owner, batch(3, "anth/echo"));
            id(made);
            first.kill();
        }
        try (GateProcess second = GateProcess.start(killedHome)) {
            HttpResponse<String> call = second.admin("GET", "/calls/" + requestId(made), "");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (call.statusCode() != 200 && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(50);
                call = second.admin("GET", "/calls/" + requestId(made), "");
            }
            assertEquals(200, call.statusCode(), "nobody has asked for the results, and they are paid");
            JsonNode row = JSON.readTree(call.body());
            assertEquals("settled", row.get("outcome").stringValue(), call.body());
            assertTrue(new BigDecimal(row.get("cost_usd").stringValue()).signum() > 0, call.body());
            HttpResponse<String> results = send(second, "GET", BATCHES + "/" + id(made) + "/results", owner, "");
            assertEquals(3, results.body().lines().count());
        }
    }
}
