package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Plants marked secrets and a marked prompt, provokes every kind of success and failure, and then searches everything
 * that the process wrote: log, answers, metrics, traces, audit rows, exports and the bytes of every file of the home.
 */
class CanaryTest {
    private static final String PROVIDER_KEY = "sk-ant-api03-CANARYproviderCANARYprovider0123456789-AAAAAAAA";
    private static final String REVOKED_KEY = "sk-ant-api03-CANARYrevokedCANARYrevoked0123456789-BBBBBBBB";
    private static final String LOGIN = "sk-ant-oat01-CANARYloginCANARYloginCANARYlogin0123456789-CCCCCCCC";
    private static final String AWS_SECRET = "CANARYawsCANARYawsCANARYawsCANARYaws0123";
    private static final String AWS_TOKEN = "CANARYtokenCANARYtokenCANARYtokenCANARYtoken0123==";
    private static final String STRANGER = "tg_CANARYxxxx_CANARYstrangerCANARYstranger0000";
    private static final String PROMPT = "CANARYprompt-what-was-asked-is-nobodys-business";

    /** Where a secret belongs: the owner's own copy of the token, and the root key. */
    private static final Set<String> STRONGBOXES = Set.of("owner-token", "master.key");

    @TempDir
    Path home;

    @Test
    void noSecretAndNoPromptIsInAnythingThatTheProcessWrote() throws Exception {
        ByteArrayOutputStream spans = new ByteArrayOutputStream();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            synchronized (spans) {
                spans.writeBytes(exchange.getRequestBody().readAllBytes());
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        Map<String, String> traces = Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:" + collector.getAddress().getPort(),
                "OTEL_BSP_SCHEDULE_DELAY",
                "100");
        Map<String, String> written = new LinkedHashMap<>();
        List<String> secrets = new ArrayList<>(List.of(PROVIDER_KEY, REVOKED_KEY, LOGIN, AWS_SECRET, AWS_TOKEN, STRANGER, PROMPT));
        try (GateProcess gate = GateProcess.start(home, traces, "--log-level", "debug", "--log-format", "json")) {
            secrets.add(gate.ownerToken());
            String key = provoke(gate, written);
            secrets.add(key);
            gate.stop();
            written.put("log", gate.errors());
        } finally {
            collector.stop(0);
        }
        synchronized (spans) {
            assertTrue(spans.size() > 0, "traces were sent");
            written.put("traces", spans.toString(StandardCharsets.ISO_8859_1));
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!STRONGBOXES.contains(file.getFileName().toString())) {
                    written.put(file.toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        assertTrue(written.size() > 10, written.keySet().toString());
        List<String> found = new ArrayList<>();
        written.forEach((where, text) -> secrets.forEach(secret -> {
            if (text.contains(secret) || text.contains(secret.substring(3, Math.min(30, secret.length())))) {
                found.add(secret.substring(0, 12) + "… in " + where);
            }
        }));
        assertEquals(List.of(), found);
    }

    private static String provoke(GateProcess gate, Map<String, String> written) throws Exception {
        String sim = gate.simulatedProvider();
        gate.manage(
                "POST", "/providers", "{\"name\":\"canary\",\"dialect\":\"anthropic\",\"base_url\":\"" + sim + "\"}");
        note(written, "add", gate.admin("POST", "/credentials", credential("good", PROVIDER_KEY)));
        note(written, "add again", gate.admin("POST", "/credentials", credential("twice", PROVIDER_KEY)));
        note(written, "login as credential", gate.admin("POST", "/credentials", credential("login", LOGIN)));
        note(written, "broken body", gate.admin("POST", "/credentials", "{\"secret\":\"" + PROVIDER_KEY + "\",}"));
        note(written, "unknown field", gate.admin("POST", "/credentials", "{\"" + PROVIDER_KEY + "\":1}"));
        note(written, "rotate", gate.admin("POST", "/credentials/good/rotate", "{\"secret\":\"" + REVOKED_KEY + "\"}"));
        note(written, "check", gate.admin("POST", "/credentials/good/check", ""));
        note(written, "back", gate.admin("POST", "/credentials/good/rotate", "{\"secret\":\"" + PROVIDER_KEY + "\"}"));
        gate.manage(
                "POST",
                "/providers",
                "{\"name\":\"aws\",\"platform\":\"bedrock\",\"region\":\"us-east-1\",\"base_url\":\"" + sim + "\"}");
        String pair = "ASIAIOSFODNN7EXAMPLE:" + AWS_SECRET;
        for (String secret : List.of(pair, pair + ":" + AWS_TOKEN, pair + ":" + AWS_TOKEN + ":more")) {
            String body = "{\"name\":\"aws\",\"provider\":\"aws\",\"secret\":\"" + secret + "\"}";
            note(written, "key of a cloud", gate.admin("POST", "/credentials", body));
        }
        note(written, "check of a cloud", gate.admin("POST", "/credentials/aws/check", ""));
        String key = gate.createKey("canary");
        for (String model : List.of(
                "canary/echo",
                "canary/flaky:401",
                "canary/flaky:429",
                "canary/flaky:500",
                "canary/flaky:reset",
                "canary/flaky:malformed",
                "aws/m",
                "sim/echo",
                "nobody/knows",
                "canary/flaky:negative-usage")) {
            for (boolean stream : new boolean[] {false, true}) {
                String body = "{\"model\":\"" + model + "\",\"max_tokens\":64,\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + PROMPT + "\"}]}";
                try {
                    HttpResponse<String> answer = gate.post("/v1/messages", key, body);
                    note(written, "headers " + model, answer.headers().map().toString());
                    if (answer.statusCode() != 200) {
                        note(written, "error " + model, answer);
                    }
                } catch (IOException broken) {
                    note(written, "broken " + model, String.valueOf(broken.getMessage()));
                }
            }
        }
        String body = "{\"model\":\"sim/echo\",\"max_tokens\":64,\"messages\":[{\"role\":\"user\",\"content\":\""
                + PROMPT + "\"}]";
        note(written, "malformed", gate.post("/v1/messages", key, body));
        note(written, "stranger", gate.post("/v1/messages", STRANGER, body + "}"));
        note(written, "login as key", gate.post("/v1/messages", LOGIN, body + "}"));
        note(written, "provider key as key", gate.post("/v1/messages", PROVIDER_KEY, body + "}"));
        note(written, "two keys", gate.post("/v1/messages", key, body + "}", "x-api-key", STRANGER));
        note(written, "key in the query", gate.get("/v1beta/models?key=" + STRANGER));
        note(
                written,
                "good key in the query",
                gate.get("/v1beta/models?key=" + key).headers().map().toString());
        note(written, "lost", gate.get("/nowhere?key=" + key));
        note(written, "admin with a virtual key", gate.get("/admin/v1/keys", "authorization", "Bearer " + key));
        for (String path : List.of(
                "/credentials",
                "/keys",
                "/providers",
                "/audit?limit=1000",
                "/audit/export",
                "/usage",
                "/notices",
                "/status",
                "/vault")) {
            note(written, path, gate.admin("GET", path, ""));
        }
        note(written, "metrics", gate.get("/metrics", "authorization", "Bearer " + gate.ownerToken()));
        return key;
    }

    private static String credential(String name, String secret) {
        return "{\"name\":\"" + name + "\",\"provider\":\"canary\",\"secret\":\"" + secret + "\"}";
    }

    private static void note(Map<String, String> written, String where, HttpResponse<String> answer) {
        note(written, where, answer.statusCode() + " " + answer.headers().map() + " " + answer.body());
    }

    private static void note(Map<String, String> written, String where, String text) {
        written.merge(where, text, String::concat);
    }
}
