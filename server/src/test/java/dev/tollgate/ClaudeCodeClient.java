package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Claude Code as a gate sees it: it finds the endpoints by the gate's metadata, names no client and no scope, follows no redirect, and
 * sends one bearer to every address.
 */
final class ClaudeCodeClient implements AutoCloseable {
    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final String base;
    private final JsonNode metadata;
    private String bearer = "";
    private String refresh = "";

    /** Asks for the metadata of the gate at that address. */
    ClaudeCodeClient(String base) throws Exception {
        this.base = base;
        HttpResponse<String> found =
                plain(HttpRequest.newBuilder(URI.create(base + "/.well-known/oauth-authorization-server"))
                        .GET());
        assertEquals(200, found.statusCode(), found.body());
        metadata = Json.MAPPER.readTree(found.body());
    }

    /** An endpoint that the metadata names, which is read only if it is of the same origin. */
    private URI endpoint(String name) {
        String address = metadata.get(name).stringValue();
        assertTrue(address.startsWith(base + "/"), address);
        return URI.create(address);
    }

    HttpResponse<String> begin() throws Exception {
        return form(endpoint("device_authorization_endpoint"), "surface", "claude_code");
    }

    /** Polls once; with the tokens of a success it goes on. */
    HttpResponse<String> poll(String deviceCode) throws Exception {
        return keep(form(endpoint("token_endpoint"), "grant_type", DEVICE_CODE, "device_code", deviceCode));
    }

    HttpResponse<String> refresh() throws Exception {
        return keep(form(endpoint("token_endpoint"), "grant_type", "refresh_token", "refresh_token", refresh));
    }

    HttpResponse<String> revoke() throws Exception {
        return form(endpoint("revocation_endpoint"), "token", refresh);
    }

    private HttpResponse<String> keep(HttpResponse<String> answer) throws Exception {
        if (answer.statusCode() == 200) {
            JsonNode tokens = Json.MAPPER.readTree(answer.body());
            assertTrue(tokens.get("token_type").stringValue().equalsIgnoreCase("Bearer"));
            assertTrue(tokens.get("expires_in").longValue() > 0);
            bearer = tokens.get("access_token").stringValue();
            refresh = tokens.get("refresh_token").stringValue();
        }
        return answer;
    }

    private HttpResponse<String> form(URI address, String... namesAndValues) throws Exception {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            pairs.add(namesAndValues[i] + "=" + URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return plain(HttpRequest.newBuilder(address)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(String.join("&", pairs))));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return send(withHeaders(HttpRequest.newBuilder(URI.create(base + path)).GET(), headers));
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .header("content-type", "application/json")
                .header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(withHeaders(request, headers));
    }

    /** One message, as Claude Code sends it. */
    HttpResponse<String> message(String model, String text, int maxTokens, boolean stream) throws Exception {
        return post(
                "/v1/messages?beta=true",
                "{\"model\":\"" + model + "\",\"max_tokens\":" + maxTokens + ",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}",
                "x-app",
                "cli",
                "x-claude-code-session-id",
                "session-1");
    }

    /** Bytes of that type, to an address for telemetry. */
    HttpResponse<String> telemetry(String path, String contentType, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static HttpRequest.Builder withHeaders(HttpRequest.Builder request, String... headers) {
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return plain(bearer.isEmpty() ? request : request.header("authorization", "Bearer " + bearer));
    }

    /** What is no call with the bearer. */
    private HttpResponse<String> plain(HttpRequest.Builder request) throws Exception {
        request.header("user-agent", "claude-code/2.1.330").header("x-unknown-header", "is never a reason to refuse");
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Calls with another token from here on. */
    void bearer(String token) {
        bearer = token;
    }

    String bearer() {
        return bearer;
    }

    @Override
    public void close() {
        http.close();
    }
}
