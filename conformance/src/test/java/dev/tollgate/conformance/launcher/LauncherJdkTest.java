package dev.tollgate.conformance.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JDK the launcher takes, and what it says where there is none. */
class LauncherJdkTest {
    private final Checkout checkout;

    LauncherJdkTest(@TempDir Path temp) throws IOException {
        checkout = new Checkout(temp);
    }

    @Test
    void noJdk25GivesOneLineAndStatusOne() throws Exception {
        checkout.installJdk("17.0.15");
        checkout.installJdk("21.0.5");
        checkout.installJdk("2.5.0");

        Checkout.Ended ended = checkout.run("serve");

        assertEquals(1, ended.status());
        assertEquals("", ended.out());
        assertEquals(1, ended.error().lines().count(), ended.error());
        assertTrue(ended.error().startsWith("tollgate: needs a JDK 25 and found none"), ended.error());
        assertEquals(0, checkout.calls("java-calls").size(), "no JVM is started to learn its version");
    }

    @Test
    void theNewest25AmongTheInstalledOnesIsTaken() throws Exception {
        checkout.installJdk("25");
        checkout.installJdk("25.0.9");
        checkout.installJdk("25.0.10");
        checkout.installJdk("26.0.1");

        assertEquals("jdk 25.0.10", usedBy("serve"));
    }

    @Test
    void aRuntimeWithoutCompilerIsPassedOver() throws Exception {
        checkout.installJdk("25.0.1");
        Files.delete(checkout.installJdk("25.0.2").resolve("bin/javac"));

        assertEquals("jdk 25.0.1", usedBy("serve"));
    }

    @Test
    void javaHomeComesBeforeTheFoldersAndOnlyWhereItIsA25() throws Exception {
        checkout.installJdk("25.0.9");
        Path older = checkout.installJdk(checkout.file("my own jdk"), "25.0.1");
        Path wrong = checkout.installJdk(checkout.file("jdk of last year"), "24.0.2");

        checkout.set("JAVA_HOME", older.toString());
        assertEquals("my own jdk", usedBy("serve"));
        checkout.set("JAVA_HOME", wrong.toString());
        assertEquals("jdk 25.0.9", usedBy("serve"));
    }

    @Test
    void theJavaOnThePathIsFollowedThroughItsLinks() throws Exception {
        checkout.installJdk("25.0.9");
        Path linked = checkout.installJdk(checkout.file("linked jdk"), "25.0.1");
        Path alternative = Files.createSymbolicLink(checkout.file("alternative"), linked.resolve("bin/java"));
        Files.createSymbolicLink(checkout.bin.resolve("java"), alternative);

        assertEquals("linked jdk", usedBy("serve"));
    }

    @Test
    void tollgateJavaHomeIsTheLastWord() throws Exception {
        Path mine = checkout.installJdk(checkout.file("mine"), "25.0.1");
        Path other = checkout.installJdk(checkout.file("other"), "25.0.9");
        checkout.set("JAVA_HOME", other.toString());
        checkout.set("TOLLGATE_JAVA_HOME", mine.toString());
        assertEquals("mine", usedBy("serve"));

        Path wrong = checkout.installJdk(checkout.file("wrong"), "21.0.1");
        checkout.set("TOLLGATE_JAVA_HOME", wrong.toString());
        Checkout.Ended ended = checkout.run("serve");
        assertEquals(1, ended.status());
        assertEquals("tollgate: TOLLGATE_JAVA_HOME is " + wrong + ", and that is no JDK 25.\n", ended.error());
    }

    @Test
    void mavenRunsUnderTheJdkFound() throws Exception {
        Path jdk = checkout.installJdk("25.0.3");
        checkout.set("JAVA_HOME", checkout.installJdk("17.0.1").toString());

        checkout.run("build");

        assertTrue(
                checkout.builds().getFirst().startsWith(jdk + ": "),
                checkout.builds().toString());
    }

    @Test
    void noMavenGivesOneLineAndStatusOneWhenSomethingHasToBeBuilt() throws Exception {
        checkout.installJdk("25.0.3");
        checkout.run("build");
        checkout.removeMaven();
        assertEquals(0, checkout.run("serve").status(), "what is built needs no Maven");

        Checkout fresh = new Checkout(Files.createDirectories(checkout.file("fresh")));
        fresh.installJdk("25.0.3");
        fresh.removeMaven();
        Checkout.Ended ended = fresh.run("serve");
        assertEquals(1, ended.status());
        assertEquals(1, ended.error().lines().count(), ended.error());
        assertTrue(ended.error().startsWith("tollgate: needs Maven (mvn) to build"), ended.error());
    }

    /** The folder of the JDK that the launcher became. */
    private String usedBy(String command) throws IOException, InterruptedException {
        Checkout.Ended ended = checkout.run(command);
        assertEquals(0, ended.status(), ended.error());
        String call = checkout.calls("java-calls").getLast();
        return Path.of(call.substring(0, call.indexOf("/bin/java")))
                .getFileName()
                .toString();
    }
}
