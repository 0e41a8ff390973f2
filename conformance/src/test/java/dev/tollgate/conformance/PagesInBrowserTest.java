package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/**
 * Every page, with samples for content, in the system's own Chromium. {@code TOLLGATE_CHROMIUM} names another;
 * {@code TOLLGATE_SCREENSHOTS} a folder for pictures of them all.
 */
class PagesInBrowserTest {
    private static final NodeSuite SUITE = new NodeSuite(
            Path.of("src/test/javascript/browser"),
            Path.of("target/browser"),
            Path.of("src/test/javascript/oauth/totp.mjs"));
    private static final Path SERVER = Path.of("../server/target");
    private static final long SUITE_SECONDS = 600;

    @TestFactory
    List<DynamicContainer> pages() throws Exception {
        Path chromium = Chromium.find();
        SUITE.prepare();
        Process server = serve();
        try (BufferedReader output = server.inputReader(StandardCharsets.UTF_8)) {
            Map<String, String> environment = new HashMap<>();
            environment.put("TOLLGATE_PAGES", address(output));
            environment.put("TOLLGATE_CHROMIUM", chromium.toString());
            String pictures = System.getenv("TOLLGATE_SCREENSHOTS");
            if (pictures != null) {
                environment.put("TOLLGATE_SCREENSHOTS", pictures);
            }
            return List.of(SUITE.run("pages.test.mjs", environment, SUITE_SECONDS));
        } finally {
            server.outputWriter().close();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    /** The samples' server, from the server's tests, with the class path of the server that is shipped. */
    private static Process serve() throws IOException {
        String classPath = String.join(
                File.pathSeparator,
                SERVER.resolve("test-classes").toString(),
                SERVER.resolve("tollgate-server.jar").toString(),
                SERVER.resolve("lib").resolve("*").toString());
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        classPath,
                        "dev.tollgate.web.PageServer")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String address(BufferedReader output) throws IOException {
        String line = output.readLine();
        while (line != null && !line.startsWith("http://")) {
            line = output.readLine();
        }
        assertTrue(line != null, "the server of the samples did not start");
        return line;
    }
}
