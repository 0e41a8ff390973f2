package dev.tollgate.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Claude Code's own program, from npm, against a gate with the simulated provider. It talks to nobody else. Where npm cannot install it,
 * the test is skipped.
 */
class ClaudeCodeCliTest {
    private static final NodeSuite SUITE =
            new NodeSuite(Path.of("src/test/javascript/claude-code"), Path.of("target/claude-code"));
    private static final long SUITE_SECONDS = 300;

    @TempDir
    Path home;

    @TestFactory
    List<DynamicContainer> program() throws Exception {
        SUITE.prepareIfItCanBe();
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
}
