package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official SDKs for JavaScript, unmodified, against the gate. Their tests are written in their own language, in {@code
 * src/test/javascript}; each of its results is a test here.
 */
class JavaScriptSdkTest {
    private static final NodeSuite SUITE = new NodeSuite(Path.of("src/test/javascript"), Path.of("target/javascript"));
    private static final long SUITE_SECONDS = 120;

    @TempDir
    static Path home;

    private static @Nullable GateProcess gate;

    @AfterAll
    static void stop() {
        if (gate != null) {
            gate.close();
        }
    }

    @TestFactory
    List<DynamicContainer> suites() throws Exception {
        SUITE.prepare();
        GateProcess started = GateProcess.start(home);
        gate = started;
        Map<String, String> environment = Map.of(
                "TOLLGATE_URL", started.url(),
                "TOLLGATE_KEY", started.createKey("javascript"),
                "TOLLGATE_TOKEN", started.ownerToken());

        List<DynamicContainer> suites = new ArrayList<>();
        for (String file : SUITE.testFiles()) {
            suites.add(SUITE.run(file, environment, SUITE_SECONDS));
        }
        assertFalse(suites.isEmpty(), "no suite in " + SUITE.sources());
        return suites;
    }
}
