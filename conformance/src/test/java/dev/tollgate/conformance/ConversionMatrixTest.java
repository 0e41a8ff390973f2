package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.tollgate.conformance.ConversionChecks.Feature;
import dev.tollgate.conformance.ConversionChecks.Verdict;
import dev.tollgate.conformance.SdkClient.Setup;
import dev.tollgate.conformance.SdkClient.Talk;
import dev.tollgate.conformance.SdkClient.Told;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Every vendor's SDK on every vendor's protocol: the SDK judges what the gate says to it, the simulated provider what the
 * gate says there. The tables in docs/conversion.md are what came of it.
 */
class ConversionMatrixTest {
    private static final Path PAGE = Path.of("../docs/conversion.md");
    private static final String BEGIN = "<!-- the table: drawn by ConversionMatrixTest -->\n";
    private static final String WRITE = "-Dtollgate.write=true";

    /** The protocols by their names in the table, and the providers that are spoken to in them. */
    private static final Map<String, String> PROVIDERS = new LinkedHashMap<>();

    private static final Map<String, SdkClient> CLIENTS = new LinkedHashMap<>();

    static {
        PROVIDERS.put("Messages", "anth");
        PROVIDERS.put("Chat Completions", "oai");
        PROVIDERS.put("Responses", "openai");
        PROVIDERS.put("generateContent", "gem");
    }

    @TempDir
    static Path home;

    private static GateProcess gate;
    private static GenerateContentSdk google;
    private static OpenAIClient openAi;
    private static String key;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        String simulated = gate.simulatedProvider();
        provider("anth", "anthropic", simulated);
        provider("oai", "openai", simulated);
        provider("gem", "gemini", simulated);
        gate.manage("PATCH", "/providers/openai", "{\"base_url\":\"" + simulated + "\"}");
        for (String name : PROVIDERS.values()) {
            String secret = (name.equals("openai") ? "sk-proj-" : "sk-good-") + "0".repeat(40);
            gate.manage(
                    "POST",
                    "/credentials",
                    "{\"name\":\"" + name + "\",\"provider\":\"" + name + "\",\"secret\":\"" + secret + "\"}");
        }
        key = gate.createKey("matrix");
        openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
        google = new GenerateContentSdk(gate.url(), key);
        CLIENTS.put("Messages", new MessagesSdk(gate.url(), key));
        CLIENTS.put("Chat Completions", new ChatSdk(openAi));
        CLIENTS.put("Responses", new ResponsesSdk(openAi));
        CLIENTS.put("generateContent", google);
    }

    private static void provider(String name, String dialect, String url) throws Exception {
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"" + dialect + "\",\"base_url\":\"" + url + "\"}");
    }

    @AfterAll
    static void stop() {
        google.close();
        openAi.close();
        gate.close();
    }

    @TestFactory
    Stream<DynamicTest> everyClientOnEveryProvider() {
        ConversionChecks checks = new ConversionChecks(gate);
        Map<Feature, Map<String, String>> verdicts = new EnumMap<>(Feature.class);
        Stream<DynamicTest> cells = Stream.of(Feature.values())
                .flatMap(feature -> CLIENTS.entrySet().stream()
                        .flatMap(client -> PROVIDERS.entrySet().stream()
                                .map(provider -> dynamicTest(
                                        feature.title + ": " + client.getKey() + " to " + provider.getKey(), () -> {
                                            Verdict verdict =
                                                    checks.check(feature, client.getValue(), provider.getValue());
                                            verdicts.computeIfAbsent(feature, none -> new LinkedHashMap<>())
                                                    .put(client.getKey() + " to " + provider.getKey(), verdict.words);
                                        }))));
        return Stream.concat(
                cells, Stream.of(dynamicTest("the tables in docs/conversion.md", () -> documented(tables(verdicts)))));
    }

    private static String tables(Map<Feature, Map<String, String>> verdicts) {
        StringBuilder page = new StringBuilder();
        for (Feature feature : Feature.values()) {
            page.append("\n### ")
                    .append(feature.title)
                    .append("\n\n")
                    .append(feature.meaning)
                    .append("\n\n");
            page.append("| client ↓ · provider → | ")
                    .append(String.join(" | ", PROVIDERS.keySet()))
                    .append(" |\n|---|---|---|---|---|\n");
            Map<String, String> cells = verdicts.getOrDefault(feature, Map.of());
            for (String client : CLIENTS.keySet()) {
                page.append("| ").append(client).append(" | ");
                page.append(PROVIDERS.keySet().stream()
                        .map(provider -> cells.getOrDefault(client + " to " + provider, "**fails**"))
                        .collect(Collectors.joining(" | ")));
                page.append(" |\n");
            }
        }
        return page.toString();
    }

    private static void documented(String tables) throws Exception {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        if (Boolean.getBoolean("tollgate.write")) {
            Files.writeString(PAGE, page.substring(0, from) + tables);
        } else {
            assertEquals(tables, page.substring(from), "Draw it anew: " + WRITE);
        }
    }

    /** Twenty calls of a tool and twenty answers, in one conversation that grows. */
    @ParameterizedTest(name = "{0} to {1}, streamed: {2}")
    @CsvSource({
        "Messages, Responses, true",
        "Messages, generateContent, true",
        "Messages, Chat Completions, false",
        "Responses, Messages, true",
        "Chat Completions, Messages, true",
        "Chat Completions, generateContent, false",
        "generateContent, Messages, false",
        "generateContent, Responses, true"
    })
    void agentsLoopOverTwentyToolTurns(String client, String provider, boolean stream) {
        Setup setup = Setup.of(PROVIDERS.get(provider) + "/tools")
                .withTool()
                .withThinking()
                .streamed(stream);
        Talk talk = client(client).talk(setup);
        for (int turn = 0; turn < 20; turn++) {
            ConversionChecks.tools(talk);
        }
    }

    private static SdkClient client(String name) {
        return Objects.requireNonNull(CLIENTS.get(name), name);
    }

    @Test
    void lossIsNamedInTheHeaderAndInTheCallsStory() throws Exception {
        HttpResponse<String> answer = gate.post(
                "/v1/messages",
                key,
                "{\"model\":\"oai/echo\",\"max_tokens\":64,\"top_k\":5,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("top_k", answer.headers().firstValue("x-tollgate-dropped").orElse(""));
        String changes =
                changes(answer.headers().firstValue("x-tollgate-request-id").orElseThrow());
        assertTrue(changes.contains("\"field\":\"top_k\",\"change\":\"dropped: "), changes);
        assertTrue(changes.contains("rewritten from messages to chat"), changes);
    }

    @Test
    void oneDialectStaysAsItIs() throws Exception {
        Told told = client("Messages").talk(Setup.of("anth/echo")).ask("As I said it");
        assertTrue(!changes(told.requestId()).contains("rewritten"), "the bytes pass");
    }

    private static String changes(String requestId) throws Exception {
        JsonNode story = gate.manage("GET", "/calls/" + requestId, "");
        return story.get("changes").toString();
    }
}
