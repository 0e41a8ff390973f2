package dev.tollgate.conformance.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the launcher builds, what a person sees of it, and how two launchers keep out of each other's way. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a read from a process is not interruptible
class LauncherBuildTest {
    private final Checkout checkout;

    LauncherBuildTest(@TempDir Path temp) throws IOException {
        checkout = new Checkout(temp);
    }

    @BeforeEach
    void aJdk() throws IOException {
        checkout.installJdk("25.0.3");
    }

    @Test
    void theFirstStartBuildsAndSaysSoOnStandardErrorOnly() throws Exception {
        Checkout.Ended ended = checkout.run("key", "create", "--name", "laptop", "--json");

        assertEquals(0, ended.status(), ended.error());
        assertEquals(List.of("key", "create", "--name", "laptop", "--json"), lastFive(ended));
        assertTrue(ended.out().lines().allMatch(line -> line.startsWith("argument:")), ended.out());
        String progress = ended.error().lines().findFirst().orElseThrow();
        assertTrue(
                progress.matches(
                        "Building Tollgate \\(first time, about a minute\\) … dialects ok · server ok · \\d+ s"),
                progress);
        assertTrue(
                checkout.builds().getFirst().contains("-pl server,cli -am package"),
                checkout.builds().toString());
    }

    @Test
    void aFreshBuildCostsNoMavenAndSaysNothing() throws Exception {
        checkout.run("serve");
        checkout.letTimePass();

        Checkout.Ended server = checkout.run("serve");
        Checkout.Ended commandLine = checkout.run("status");

        assertEquals("", server.error());
        assertEquals("", commandLine.error());
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void aNewerSourcePomOrADeletedSourceIsBuiltAgain() throws Exception {
        checkout.run("serve");
        int builds = 1;
        for (String changed : List.of("server/src/main/java/Main.java", "dialects/pom.xml", "pom.xml")) {
            checkout.letTimePass();
            checkout.touch(changed);
            Checkout.Ended ended = checkout.run("serve");
            builds++;
            assertEquals(builds, checkout.builds().size(), changed);
            assertTrue(ended.error().startsWith("Building Tollgate (sources have changed) …"), ended.error());
        }

        checkout.letTimePass();
        Files.delete(checkout.root.resolve("cli/src/main/java/Main.java"));
        checkout.run("serve");
        assertEquals(builds + 1, checkout.builds().size(), "a deleted source");
    }

    @Test
    void aSourceThatChangesWhileMavenRunsIsBuiltByTheNextStart() throws Exception {
        Path gate = pipe("gate");
        Process first = checkout.start("serve");
        try (var open = Files.newOutputStream(gate)) { // opens when Maven waits for it
            Files.writeString(checkout.root.resolve("server/src/main/java/Main.java"), "class Main { int later; }");
            open.write('\n');
        }
        assertEquals(0, first.waitFor());
        Files.delete(gate);

        checkout.run("serve");

        assertEquals(2, checkout.builds().size());
    }

    @Test
    void aSourceOfTheTestsIsNoReasonToBuild() throws Exception {
        checkout.run("serve");
        checkout.letTimePass();
        Files.createDirectories(checkout.root.resolve("server/src/test/java"));
        checkout.touch("server/src/test/java");

        checkout.run("serve");

        assertEquals(1, checkout.builds().size());
    }

    @Test
    void aFailedBuildShowsWhatIsWrongAndNamesTheLog() throws Exception {
        checkout.tell("build-fails", """
                [ERROR] COMPILATION ERROR :
                [ERROR] /src/Vault.java:[12,5] cannot find symbol
                [ERROR] -> [Help 1]
                [ERROR]
                [ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.
                """);

        Checkout.Ended ended = checkout.run("serve");

        assertEquals(1, ended.status());
        assertTrue(ended.error().contains("dialects ok · server failed"), ended.error());
        assertTrue(ended.error().contains("/src/Vault.java:[12,5] cannot find symbol"), ended.error());
        assertFalse(ended.error().contains("re-run Maven"), ended.error());
        Path log = checkout.root.resolve("target/launcher/maven.log");
        assertTrue(ended.error().lines().toList().getLast().endsWith("All that Maven said: " + log), ended.error());
        assertTrue(Files.readString(log).contains("re-run Maven"));

        Files.delete(checkout.fakes.resolve("build-fails"));
        assertEquals(0, checkout.run("serve").status(), "the next start tries again");
    }

    @Test
    void aFailedRebuildDoesNotStartTheOldBuild() throws Exception {
        checkout.run("serve");
        checkout.letTimePass();
        checkout.touch("server/src/main/java/Main.java");
        checkout.tell("build-fails", "[ERROR] broken\n");

        Checkout.Ended ended = checkout.run("serve");

        assertEquals(1, ended.status());
        assertEquals("", ended.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"flock", "perl"})
    void twoLaunchersAtOnceBuildOnce(String locker) throws Exception {
        assumeTrue(Checkout.onPath(locker) != null, locker + " is not installed");
        Files.deleteIfExists(checkout.bin.resolve(locker.equals("flock") ? "perl" : "flock"));
        Path gate = pipe("gate");
        Process first = checkout.start("serve");
        try (var open = Files.newOutputStream(gate)) { // opens when the first one's Maven waits for it
            Process second = checkout.start("status");
            BufferedReader told = second.errorReader();
            assertEquals("Another ./tollgate is building here; waiting for it.", told.readLine());
            open.write('\n');
            open.flush();
            assertEquals(0, first.waitFor());
            assertEquals(0, second.waitFor());
        }
        assertEquals(1, checkout.builds().size());
        assertEquals(2, checkout.trainings().size(), "each start-up cache is made once");
    }

    @Test
    void aLauncherKilledWhileBuildingLeavesNoLockBehind() throws Exception {
        Path gate = pipe("gate");
        Process killed = checkout.start("serve");
        OutputStream open = Files.newOutputStream(gate); // opens when Maven waits for it
        List<ProcessHandle> all = killed.descendants().toList();
        killed.destroyForcibly().waitFor();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle handle : all) {
            handle.onExit().get();
        }
        open.close();
        Files.delete(gate);

        Checkout.Ended ended = checkout.run("serve");

        assertEquals(0, ended.status(), ended.error());
        assertEquals(2, checkout.builds().size());
    }

    @Test
    void aBuildThatAProgramRunsFromStaysWholeAndGoesWhenNothingUsesIt() throws Exception {
        Process running = checkout.start("serve", "--until-stopped");
        BufferedReader said = running.inputReader();
        assertTrue(Objects.requireNonNull(said.readLine()).startsWith("process "));
        Path used = theOnlyBuild();

        checkout.letTimePass();
        checkout.touch("server/src/main/java/Main.java");
        checkout.run("status");
        assertEquals(2, checkout.builds().size());
        assertEquals("server\n", Files.readString(used.resolve("server/tollgate-server.jar")));
        assertTrue(Files.exists(used.resolve("server/lib/library.jar")));

        running.toHandle().destroy(); // Process.destroy would close the stream that is read next
        assertEquals("stopped", said.readLine());
        running.waitFor();
        checkout.letTimePass();
        checkout.touch("server/src/main/java/Main.java");
        checkout.run("status");
        assertEquals(3, checkout.builds().size());
        assertFalse(Files.exists(used), "nothing uses it any more");
        theOnlyBuild();
    }

    private Path theOnlyBuild() throws IOException {
        try (var entries = Files.list(checkout.root.resolve("target/launcher"))) {
            List<Path> builds = entries.filter(
                            entry -> entry.getFileName().toString().startsWith("build-"))
                    .toList();
            assertEquals(1, builds.size(), builds.toString());
            return builds.getFirst();
        }
    }

    private Path pipe(String name) throws IOException, InterruptedException {
        Path pipe = checkout.fakes.resolve(name);
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    private static List<String> lastFive(Checkout.Ended ended) {
        List<String> arguments = ended.arguments();
        return arguments.subList(arguments.size() - 5, arguments.size());
    }
}
