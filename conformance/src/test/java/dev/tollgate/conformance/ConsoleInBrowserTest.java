package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** People come in and sign in, in the system's own Chromium ({@code TOLLGATE_CHROMIUM} names another), at a real gate. */
class ConsoleInBrowserTest {
    private static final NodeSuite SUITE =
            new NodeSuite(Path.of("src/test/javascript/browser"), Path.of("target/browser-console"));
    private static final Pattern LINK = Pattern.compile("http://localhost:\\d+/first-run\\?token=\\S+");
    private static final Pattern INVITATION = Pattern.compile("\"link\":\"([^\"]+)\"");
    private static final long SUITE_SECONDS = 300;

    @TempDir
    Path home;

    @TestFactory
    List<DynamicContainer> pages() throws Exception {
        Path chromium = Path.of(System.getenv().getOrDefault("TOLLGATE_CHROMIUM", "/usr/bin/chromium"));
        assumeTrue(Files.isExecutable(chromium), "Chromium is not installed (TOLLGATE_CHROMIUM, /usr/bin/chromium)");
        SUITE.prepare();
        try (GateProcess gate = GateProcess.start(home)) {
            Matcher link = LINK.matcher(gate.output());
            assertTrue(link.find(), gate.output());
            return List.of(SUITE.run(
                    "console.test.mjs",
                    Map.of(
                            "TOLLGATE_CHROMIUM",
                            chromium.toString(),
                            "CONSOLE_FIRST_RUN",
                            link.group(),
                            "CONSOLE_INVITATION",
                            invitation(gate)),
                    SUITE_SECONDS));
        }
    }

    private static String invitation(GateProcess gate) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(gate.url() + "/admin/v1/invitations"))
                .header("authorization", "Bearer " + gate.ownerToken())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"max@example.com\"}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(201, answer.statusCode(), answer.body());
            Matcher link = INVITATION.matcher(answer.body());
            assertTrue(link.find(), "the answer has a link");
            return link.group(1);
        }
    }
}
