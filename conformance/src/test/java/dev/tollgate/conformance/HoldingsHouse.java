package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A gate whose keys leave batches and files at providers. */
abstract class HoldingsHouse {
    static final HttpClient HTTP = HttpClient.newHttpClient();
    static final JsonMapper JSON = new JsonMapper();
    static final String BATCHES = "/v1/messages/batches";

    @TempDir
    static Path home;

    static GateProcess gate;
    static String key;
    static String strangersKey;
    static AnthropicClient anthropic;

    @BeforeAll
    static void start() throws Exception {
        gate = GateProcess.start(home);
        provider(gate, "anth", "anthropic", gate.simulatedProvider());
        provider(gate, "oai", "openai", gate.simulatedProvider());
        gate.manage("PUT", "/aliases/quick", "{\"candidates\":[\"sim/echo\"]}");
        key = gate.createKey("batches");
        strangersKey = gate.createKey("stranger");
        anthropic = anthropic(key);
    }

    static void provider(GateProcess at, String name, String dialect, String url) throws Exception {
        at.manage(
                "POST",
                "/providers",
                "{\"name\":\"" + name + "\",\"dialect\":\"" + dialect + "\",\"base_url\":\"" + url + "\"}");
        at.manage(
                "POST",
                "/credentials",
                "{\"name\":\"" + name + "\",\"provider\":\"" + name + "\",\"secret\":\"sk-good-" + "0".repeat(40)
                        + "\"}");
    }

    static AnthropicClient anthropic(String key) {
        return AnthropicOkHttpClient.builder()
                .baseUrl(gate.url())
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void stop() {
        anthropic.close();
        gate.close();
    }

    static HttpResponse<String> send(GateProcess to, String method, String path, String key, String body)
            throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(to.url() + path))
                        .header("x-api-key", key)
                        .header("anthropic-version", "2023-06-01")
                        .header("content-type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    static HttpResponse<String> send(String method, String path, String key, String body) throws Exception {
        return send(gate, method, path, key, body);
    }

    static String id(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body()).get("id").stringValue();
    }

    static String audit() throws Exception {
        return gate.manage("GET", "/audit?limit=200", "").toString();
    }
}
