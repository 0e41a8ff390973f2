package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** People sign in through OpenID providers that others wrote, npm's oidc-provider, at a real gate. */
class OidcProviderTest {
    private static final NodeSuite SUITE =
            new NodeSuite(Path.of("src/test/javascript/oidc"), Path.of("target/javascript-oidc"));
    private static final long SUITE_SECONDS = 180;

    @TempDir
    Path home;

    @TestFactory
    List<DynamicContainer> signIns() throws Exception {
        SUITE.prepare();
        List<DynamicContainer> suites = new ArrayList<>();
        try (GateProcess gate = GateProcess.start(home)) {
            Map<String, String> environment = Map.of("TOLLGATE_URL", gate.url(), "TOLLGATE_TOKEN", gate.ownerToken());
            for (String file : SUITE.testFiles()) {
                suites.add(SUITE.run(file, environment, SUITE_SECONDS));
            }
        }
        assertFalse(suites.isEmpty(), "no suite in " + SUITE.sources());
        return suites;
    }
}
