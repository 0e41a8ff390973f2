package dev.tollgate.conformance.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher becomes: which program, with which options, from which place. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a read from a process is not interruptible
class LauncherStartTest {
    private final Checkout checkout;

    LauncherStartTest(@TempDir Path temp) throws IOException {
        checkout = new Checkout(temp);
    }

    @BeforeEach
    void aJdk() throws IOException {
        checkout.installJdk("25.0.3");
    }

    @Test
    void argumentsArriveAsTheyWereTyped() throws Exception {
        List<String> arguments =
                checkout.run("run", "--", "echo", "two words", "*", "", "$HOME").arguments();

        assertEquals(
                List.of("run", "--", "echo", "two words", "*", "", "$HOME"),
                arguments.subList(arguments.size() - 7, arguments.size()));
        assertTrue(arguments.get(arguments.size() - 8).endsWith("/cli/tollgate-cli.jar"), arguments.toString());
    }

    @Test
    void serveIsTheServerAndItsNameIsNotPassedOn() throws Exception {
        List<String> arguments = checkout.run("serve", "--port", "0").arguments();

        assertTrue(arguments.get(arguments.size() - 3).endsWith("/server/tollgate-server.jar"), arguments.toString());
        assertEquals(List.of("--port", "0"), arguments.subList(arguments.size() - 2, arguments.size()));
    }

    @Test
    void aLinkToTheLauncherWorksFromAnywhere() throws Exception {
        Path link = Files.createSymbolicLink(checkout.file("tg"), Path.of("check out", "tollgate"));
        Path linkToLink = Files.createSymbolicLink(checkout.bin.resolve("tollgate"), link);

        Checkout.Ended ended = checkout.end(
                checkout.command(linkToLink, "status").directory(Path.of("/").toFile()));

        assertEquals(0, ended.status(), ended.error());
        assertEquals("status", ended.arguments().getLast());
    }

    @Test
    void theProcessIsTheServerSoSignalsReachIt() throws Exception {
        Process launcher = checkout.start("serve", "--until-stopped");
        BufferedReader said = launcher.inputReader();

        assertEquals("process " + launcher.pid(), said.readLine());
        launcher.toHandle().destroy(); // Process.destroy would close the stream that is read next
        assertEquals("stopped", said.readLine());
        assertEquals(0, launcher.waitFor());
    }

    @Test
    void thePersonsJvmOptionsComeLastAndReachTheServerOnly() throws Exception {
        checkout.set("TOLLGATE_JAVA_OPTS", "-Xmx1g  -XX:+UseSerialGC");

        List<String> server = checkout.run("serve").arguments();
        List<String> commandLine = checkout.run("status").arguments();

        assertTrue(server.indexOf("-Xmx1g") > server.indexOf("-XX:MaxRAMPercentage=40"), server.toString());
        assertTrue(server.contains("-XX:+UseSerialGC"), server.toString());
        assertEquals(
                1,
                server.stream()
                        .filter(option -> option.matches("-XX:\\+Use\\w+GC"))
                        .count(),
                "one collector");
        assertFalse(commandLine.contains("-Xmx1g"), commandLine.toString());
    }

    @Test
    void startUpCachesAreMadeOnceAndUsed() throws Exception {
        List<String> first = checkout.run("serve").arguments();
        checkout.letTimePass();
        List<String> second = checkout.run("serve").arguments();

        assertEquals(first, second);
        assertTrue(first.stream().anyMatch(option -> option.matches("-XX:AOTCache=.*/server\\.aot")), first.toString());
        assertEquals(2, checkout.trainings().size(), "one of the server, one of the command line");
    }

    @Test
    void aFailedTrainingCostsTheCacheAndNotTheStart() throws Exception {
        checkout.tell("training-fails", "");

        Checkout.Ended ended = checkout.run("serve");
        checkout.letTimePass();
        Checkout.Ended again = checkout.run("serve");

        assertEquals(0, ended.status(), ended.error());
        assertTrue(ended.error().contains("left out (why: "), ended.error());
        assertTrue(ended.arguments().stream().noneMatch(option -> option.contains("AOTCache")), ended.out());
        assertEquals("", again.error(), "it is not tried at each start");
        assertEquals(2, checkout.trainings().size());

        Files.delete(checkout.fakes.resolve("training-fails"));
        assertEquals(0, checkout.run("build").status());
        assertEquals(4, checkout.trainings().size(), "build tries it again");
    }

    @Test
    void aCacheOfAnotherJdkIsMadeAnew() throws Exception {
        checkout.run("serve");
        checkout.letTimePass();
        checkout.installJdk("25.0.4");

        Checkout.Ended ended = checkout.run("serve");

        assertEquals(0, ended.status());
        assertEquals(1, checkout.builds().size());
        assertEquals(4, checkout.trainings().size());
    }

    @Test
    void aTrainingRunSeesNothingOfThePersons() throws Exception {
        checkout.set("TOLLGATE_HOME", "/precious");
        checkout.set("TOLLGATE_DATABASE", "postgresql://precious/db");
        checkout.set("OTEL_EXPORTER_OTLP_ENDPOINT", "http://precious");
        Files.writeString(
                checkout.jdks.resolve("jdk 25.0.3/bin/java"),
                "#!/usr/bin/env bash\nenv >\"" + checkout.fakes + "/environment-$$\"\n");

        assertEquals(0, checkout.run("serve").status());

        List<String> environments = new ArrayList<>();
        try (var files = Files.list(checkout.fakes)) {
            for (Path file : files.filter(file -> file.toString().contains("environment-"))
                    .toList()) {
                environments.add(Files.readString(file));
            }
        }
        assertEquals(3, environments.size(), "two trainings and the server");
        assertEquals(
                1,
                environments.stream().filter(text -> text.contains("precious")).count(),
                environments.toString());
    }

    @Test
    void whatIsBuiltRunsWhereNothingMayBeWritten() throws Exception {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "root may write everywhere");
        checkout.run("build");
        checkout.letTimePass();
        Path state = checkout.root.resolve("target/launcher");
        checkout.end(new ProcessBuilder("chmod", "-R", "a-w", state.toString()));
        try {
            assertEquals(0, checkout.run("serve").status());
        } finally {
            checkout.end(new ProcessBuilder("chmod", "-R", "u+w", state.toString()));
        }
    }

    @Test
    void aPrebuiltTreeIsUsedAsItIs() throws Exception {
        checkout.run("build");
        checkout.touch("server/src/main/java/Main.java");
        checkout.set("TOLLGATE_PREBUILT", "1");

        List<String> arguments = checkout.run("serve").arguments();

        assertTrue(arguments.getLast().endsWith("check out/server/target/tollgate-server.jar"), arguments.toString());
        assertEquals(1, checkout.builds().size());
    }

    @Test
    void helpNeedsNoBuild() throws Exception {
        Checkout.Ended ended = checkout.run("--help");

        assertEquals(0, ended.status());
        assertTrue(ended.out().startsWith("Usage: ./tollgate COMMAND"), ended.out());
        assertEquals(0, checkout.builds().size());
    }
}
