package dev.tollgate.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claude Code's own program, from npm, against a gate with the simulated provider. It talks to nobody else. Where npm cannot install it,
 * the test is skipped.
 */
class ClaudeCodeCliTest {
    private static final NodeSuite SUITE = new NodeSuite(
            Path.of("src/test/javascript/claude-code"),
            Path.of("target/claude-code"),
            Path.of("src/test/javascript/oauth/person.mjs"),
            Path.of("src/test/javascript/oauth/totp.mjs"));
    private static final long SUITE_SECONDS = 300;
    private static final int STARTS = 3;
    private static final String NOTICE = "Company accounts only. Questions: #ai-gate";

    @TempDir
    Path home;

    @BeforeAll
    static void install() throws Exception {
        SUITE.prepareIfItCanBe();
    }

    @TestFactory
    List<DynamicContainer> withKeys() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            for (String name : List.of("claude-gate-echo", "claude-gate-other")) {
                gate.manage("PUT", "/aliases/" + name, "{\"candidates\":[\"sim/echo\"]}");
            }
            String capped = gate.createKey("capped");
            gate.manage("POST", "/budgets", "{\"key\":\"capped\",\"window\":\"day\",\"limit_usd\":\"0.000000001\"}");
            return List.of(SUITE.run(
                    "claude-code.test.mjs",
                    Map.of(
                            "TOLLGATE_URL", gate.url(),
                            "TOLLGATE_TOKEN", gate.ownerToken(),
                            "TOLLGATE_KEY", gate.createKey("claude-code", "claude-gate-echo"),
                            "TOLLGATE_CAPPED_KEY", capped),
                    SUITE_SECONDS));
        }
    }

    /** Its own {@code /login}, in a terminal, through a proxy that keeps what it asks and collects telemetry. */
    @TestFactory
    List<DynamicContainer> signedIn() throws Exception {
        Process relay = new ProcessBuilder("node", "relay.mjs")
                .directory(SUITE.work().toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = relay.inputReader(StandardCharsets.UTF_8)) {
            String url = String.valueOf(output.readLine());
            try (GateProcess gate = startBehind(relay, url)) {
                gate.manage("PUT", "/aliases/claude-gate-echo", "{\"candidates\":[\"sim/echo\"]}");
                return List.of(SUITE.run(
                        "login.test.mjs",
                        Map.of("TOLLGATE_URL", url, "TOLLGATE_TOKEN", gate.ownerToken(), "TOLLGATE_NOTICE", NOTICE),
                        SUITE_SECONDS));
            }
        } finally {
            relay.outputWriter().close();
            if (!relay.waitFor(10, TimeUnit.SECONDS)) {
                relay.destroyForcibly();
            }
        }
    }

    /** At an address that the relay knows; the gate itself prints the relay's. */
    private GateProcess startBehind(Process relay, String url) throws Exception {
        for (int start = 1; ; start++) {
            String port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = Integer.toString(free.getLocalPort());
            }
            relay.outputWriter().append("http://127.0.0.1:" + port + "\n").flush();
            try {
                return GateProcess.start(
                        home,
                        "--port",
                        port,
                        "--public-url",
                        url,
                        "--login-notice",
                        NOTICE,
                        "--otlp-forward",
                        url + "/collector");
            } catch (IOException taken) {
                // Somebody else may have got that port meanwhile.
                if (start == STARTS) {
                    throw taken;
                }
            }
        }
    }
}
