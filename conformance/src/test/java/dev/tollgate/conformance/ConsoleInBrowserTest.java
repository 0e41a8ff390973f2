package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * People come in, sign in, and decide what apps and devices may do for them, in a real Chromium with a virtual
 * authenticator, at a real gate.
 */
class ConsoleInBrowserTest {
    private static final NodeSuite SUITE = new NodeSuite(
            Path.of("src/test/javascript/browser"),
            Path.of("target/browser-console"),
            Path.of("src/test/javascript/oauth/totp.mjs"));
    private static final Pattern LINK = Pattern.compile("http://localhost:\\d+/first-run\\?token=\\S+");
    private static final long SUITE_SECONDS = 300;

    @TempDir
    Path home;

    @TestFactory
    List<DynamicContainer> pages() throws Exception {
        Path chromium = Chromium.find();
        SUITE.prepare();
        try (GateProcess gate = GateProcess.start(home)) {
            Matcher link = LINK.matcher(gate.output());
            assertTrue(link.find(), gate.output());
            Map<String, String> environment = Map.of(
                    "TOLLGATE_CHROMIUM", chromium.toString(),
                    "TOLLGATE_URL", gate.url(),
                    "CONSOLE_FIRST_RUN", link.group(),
                    "CONSOLE_INVITATION", invitation(gate, "max@example.com"),
                    "ACCESS_INVITATION", invitation(gate, "nell@example.com"),
                    "KEYBOARD_INVITATION", invitation(gate, "kim@example.com"));
            return List.of(
                    SUITE.run("console.test.mjs", environment, SUITE_SECONDS),
                    SUITE.run("access.test.mjs", environment, SUITE_SECONDS),
                    SUITE.run("keyboard.test.mjs", environment, SUITE_SECONDS));
        }
    }

    private static String invitation(GateProcess gate, String email) throws Exception {
        return gate.manage("POST", "/invitations", "{\"email\":\"" + email + "\"}")
                .get("link")
                .stringValue();
    }
}
