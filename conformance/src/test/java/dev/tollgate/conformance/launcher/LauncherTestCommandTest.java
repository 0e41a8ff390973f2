package dev.tollgate.conformance.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./tollgate test}, {@code soak} and {@code bench}. */
class LauncherTestCommandTest {
    private static final String REPORT = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuite version="3.0.2" name="%s" time="0.1" tests="%d" errors="%d" skipped="%d" failures="%d">
            %s</testsuite>
            """;

    private final Checkout checkout;

    LauncherTestCommandTest(@TempDir Path temp) throws IOException {
        checkout = new Checkout(temp);
    }

    @BeforeEach
    void aJdk() throws IOException {
        checkout.installJdk("25.0.3");
    }

    @Test
    void theLastLineSumsOverAllModulesAndWhatWasSkippedIsNamed() throws Exception {
        report("dialects", "A", 7, 0, 0, 0, "");
        report("server", "B", 5, 0, 1, 0, """
                  <testcase name="passes" classname="dev.B" time="0.0">
                    <system-out><![CDATA[
                <testsuite tests="900" errors="9" skipped="9" failures="9">
                <skipped message="not me"/>
                ]]></system-out>
                  </testcase>
                  <testcase name="nodes" classname="dev.B" time="0.0">
                    <skipped message="Assumption failed: no &quot;psql&quot; &amp; no server"/>
                  </testcase>
                """);

        Checkout.Ended ended = checkout.run("test");

        assertEquals(0, ended.status(), ended.error());
        List<String> lines = ended.out().lines().toList();
        assertEquals("11 passed, 0 failed, 1 skipped", lines.getLast());
        assertTrue(lines.contains("Skipped: dev.B.nodes: Assumption failed: no \"psql\" & no server"), ended.out());
        assertTrue(lines.stream().noneMatch(line -> line.contains("not me")), ended.out());
        assertTrue(lines.contains("tests run"), "Maven's output is shown");
    }

    @Test
    void failuresAndErrorsBothCountAndTheStatusIsMavens() throws Exception {
        checkout.tell("build-fails", "");
        report("server", "C", 4, 1, 0, 1, """
                  <testcase name="breaks" classname="dev.C" time="0.0">
                    <failure message="expected: 1" type="x"><![CDATA[trace]]></failure>
                  </testcase>
                  <testcase name="throws" classname="dev.C" time="0.0">
                    <error type="x"><![CDATA[trace]]></error>
                  </testcase>
                """);

        Checkout.Ended ended = checkout.run("test");

        assertEquals(1, ended.status());
        List<String> lines = ended.out().lines().toList();
        assertEquals("2 passed, 2 failed, 0 skipped", lines.getLast());
        assertTrue(lines.containsAll(List.of("Failed: dev.C.breaks", "Failed: dev.C.throws")), ended.out());
    }

    @Test
    void reportsOfAnEarlierRunDoNotCount() throws Exception {
        Path old = Files.createDirectories(checkout.root.resolve("server/target/surefire-reports"));
        Files.writeString(old.resolve("TEST-Old.xml"), REPORT.formatted("Old", 50, 0, 0, 50, ""));
        report("cli", "D", 2, 0, 0, 0, "");

        assertEquals(
                "2 passed, 0 failed, 0 skipped",
                checkout.run("test").out().lines().toList().getLast());
    }

    @Test
    void mavenThatEndsWithoutAnyReportStillGivesTheLastLine() throws Exception {
        checkout.tell("build-fails", "");

        Checkout.Ended ended = checkout.run("test");

        assertEquals(1, ended.status());
        assertEquals(
                "0 passed, 0 failed, 0 skipped", ended.out().lines().toList().getLast());
        assertTrue(ended.out().contains("Maven failed: see above."), ended.out());
    }

    @Test
    void allModulesAreVerifiedAndFurtherArgumentsGoToMaven() throws Exception {
        checkout.run("test", "-pl", "server");
        checkout.run("soak");

        assertTrue(checkout.calls("maven-calls").get(0).endsWith("--fail-at-end verify -pl server"));
        assertTrue(checkout.calls("maven-calls").get(1).endsWith("--fail-at-end verify -Dtollgate.soak=true"));
    }

    @Test
    void benchBuildsItsJarOnceAndPassesItsArgumentsOn() throws Exception {
        List<String> first = checkout.run("bench", "relay", "--seconds", "5").arguments();
        Files.setLastModifiedTime(
                checkout.root.resolve("target/launcher/bench"),
                java.nio.file.attribute.FileTime.from(java.time.Instant.now().plusSeconds(5)));
        checkout.run("bench");

        assertEquals(List.of("relay", "--seconds", "5"), first.subList(first.size() - 3, first.size()));
        assertTrue(first.get(first.size() - 4).endsWith("/bench/target/tollgate-bench.jar"), first.toString());
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void theScriptsPassShellcheck() throws Exception {
        Path shellcheck = Checkout.onPath("shellcheck");
        assumeTrue(shellcheck != null, "shellcheck is not installed");
        assertNotNull(shellcheck);
        Path root = Checkout.projectRoot();

        Checkout.Ended ended = checkout.end(new ProcessBuilder(
                shellcheck.toString(),
                root.resolve("tollgate").toString(),
                root.resolve(".ci/run").toString()));

        assertEquals("", ended.out());
        assertEquals(0, ended.status());
    }

    private void report(String module, String name, int tests, int errors, int skipped, int failures, String cases)
            throws IOException {
        Path reports = Files.createDirectories(
                checkout.fakes.resolve("reports").resolve(module).resolve("target/surefire-reports"));
        Files.writeString(
                reports.resolve("TEST-" + name + ".xml"),
                REPORT.formatted(name, tests, errors, skipped, failures, cases));
    }
}
