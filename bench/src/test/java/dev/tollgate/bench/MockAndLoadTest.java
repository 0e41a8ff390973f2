package dev.tollgate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.http.ChatBodies;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Arrival;
import dev.tollgate.bench.load.LoadGenerator;
import dev.tollgate.bench.load.LoadResult;
import dev.tollgate.bench.load.LoadSpec;
import dev.tollgate.bench.load.Target;
import dev.tollgate.bench.mock.MockSpec;
import dev.tollgate.bench.mock.MockUpstream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The loader against the mock, over real HTTP: what the mock sends, the loader sees. */
@Timeout(60)
class MockAndLoadTest {
    private static final int EVENTS = 5;
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void everyCallOfEveryLoopIsAnswered(Dialect dialect) throws Exception {
        try (var mock = mock(Duration.ofMillis(2));
                var loader = new LoadGenerator(2)) {
            for (Arrival arrival : new Arrival[] {new Arrival.ClosedLoop(5), new Arrival.OpenLoop(200, 8)}) {
                for (boolean stream : new boolean[] {false, true}) {
                    LoadResult result = run(loader, mock, dialect, stream, arrival, 60);
                    assertEquals(60, result.calls(), () -> arrival + ": " + result.firstFailure());
                    assertEquals(60, result.latency().count());
                    assertEquals(60, result.firstByte().count());
                    assertEquals(stream ? 60 * EVENTS : 0, result.events());
                    assertEquals(0, result.failedCalls() + result.droppedEvents() + result.misplacedEvents());
                }
            }
        }
    }

    @Test
    void heldStreamsAreAllOpenAtOnce() throws Exception {
        try (var mock = mock(Duration.ofMillis(400));
                var loader = new LoadGenerator(1)) {
            LoadResult result = run(loader, mock, Dialect.OPENAI, true, new Arrival.Held(100, 1000), 100);
            assertEquals(100, result.calls());
            assertEquals(100, result.mostInFlight());
            assertEquals(100 * EVENTS, result.events());
            assertEquals(0, result.droppedEvents());
        }
    }

    @Test
    void aStreamLastsAsLongAsItsEventsTakeAndItsFirstComesAtOnce() throws Exception {
        try (var mock = mock(Duration.ofMillis(200));
                var loader = new LoadGenerator(1)) {
            LoadResult result = run(loader, mock, Dialect.ANTHROPIC, true, new Arrival.ClosedLoop(1), 1);
            long whole = result.latency().maxNanos();
            assertTrue(whole >= 800_000_000, () -> "whole: " + whole);
            assertTrue(
                    whole - result.firstByte().maxNanos() >= 300_000_000,
                    () -> "first: " + result.firstByte().maxNanos());
        }
    }

    @Test
    void anAnswerHasTheSizeAskedForAndUsageInTheDialectsPlace() throws Exception {
        try (var mock = mock(Duration.ZERO)) {
            String chat = post(mock, Dialect.OPENAI, ChatBodies.body("m", 300, false));
            assertEquals(2000, chat.length());
            assertEquals(
                    EVENTS,
                    JSON.readTree(chat).path("usage").path("completion_tokens").asInt());
            JsonNode message = JSON.readTree(post(mock, Dialect.ANTHROPIC, ChatBodies.body("m", 300, false)));
            assertEquals(EVENTS, message.path("usage").path("output_tokens").asInt());
        }
    }

    @Test
    void usageOfAChatStreamComesOnlyWhenAskedFor() throws Exception {
        try (var mock = mock(Duration.ZERO)) {
            String without = post(mock, Dialect.OPENAI, "{\"model\":\"m\",\"stream\":true}");
            String with = post(
                    mock,
                    Dialect.OPENAI,
                    "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
            assertEquals(0, count(without, "\"usage\""));
            assertEquals(1, count(with, "\"choices\":[],\"usage\""));
            for (String stream : new String[] {without, with}) {
                assertTrue(stream.endsWith("data: [DONE]\n\n"));
                stream.lines()
                        .filter(line -> line.startsWith("data: {"))
                        .forEach(line -> JSON.readTree(line.substring(6)));
            }
        }
    }

    @Test
    void anAnthropicStreamIsWholeFromMessageStartToMessageStop() throws Exception {
        try (var mock = mock(Duration.ZERO)) {
            String stream = post(mock, Dialect.ANTHROPIC, ChatBodies.body("m", 5000, true));
            assertEquals(EVENTS, count(stream, "event: content_block_delta"));
            var types = stream.lines()
                    .filter(line -> line.startsWith("data: "))
                    .map(line -> JSON.readTree(line.substring(6)).path("type").asString())
                    .distinct()
                    .toList();
            assertEquals(
                    List.of(
                            "message_start",
                            "content_block_start",
                            "content_block_delta",
                            "content_block_stop",
                            "message_delta",
                            "message_stop"),
                    types);
        }
    }

    private static MockUpstream mock(Duration interval) throws InterruptedException {
        return MockUpstream.start(0, new MockSpec(2000, EVENTS, interval), 1);
    }

    private static LoadResult run(
            LoadGenerator loader, MockUpstream mock, Dialect dialect, boolean stream, Arrival arrival, long calls)
            throws InterruptedException {
        var target = new Target(mock.address(), dialect.path(), "Bearer none");
        String body = ChatBodies.body("m", 30_000, stream);
        return loader.run(
                new LoadSpec(target, body, stream, arrival, Duration.ofSeconds(20), calls, Duration.ofSeconds(20)));
    }

    private static String post(MockUpstream mock, Dialect dialect, String body) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + mock.address().getPort() + dialect.path()))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }
}
