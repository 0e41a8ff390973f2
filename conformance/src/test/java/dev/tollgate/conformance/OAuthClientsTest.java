package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apps on others' libraries for OAuth and OpenID Connect, the conformance suite of MCP for authorization servers, and
 * RFC 9700's attacks, all against one gate whose people sign in over its pages.
 */
class OAuthClientsTest {
    private static final NodeSuite SUITE = new NodeSuite(Path.of("src/test/javascript/oauth"), Path.of("target/oauth"));
    private static final long SUITE_SECONDS = 180;

    @TempDir
    Path home;

    @TestFactory
    List<DynamicContainer> suites() throws Exception {
        SUITE.prepare();
        try (GateProcess gate = GateProcess.start(home)) {
            Map<String, String> environment = Map.of("TOLLGATE_URL", gate.url(), "TOLLGATE_TOKEN", gate.ownerToken());
            List<DynamicContainer> suites = new ArrayList<>();
            for (String file : SUITE.testFiles()) {
                suites.add(SUITE.run(file, environment, SUITE_SECONDS));
            }
            assertFalse(suites.isEmpty(), "no suite in " + SUITE.sources());
            return suites;
        }
    }
}
