package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens in the system's keyring, by stand-ins for its tools that note their arguments, which every user can read. */
class KeyringTest extends SignedInTest {
    private Path arguments;

    @BeforeEach
    void aKeyringOfASession() throws IOException {
        arguments = folder.resolve("arguments");
        Files.createDirectory(folder.resolve("bin"));
        tool(
                "secret-tool",
                "for id; do :; done; f=" + folder + "/kept-$id",
                "case $1 in",
                "store) cat > $f ;;",
                "lookup) [ -e $f ] || exit 1; cat $f ;;",
                "clear) rm -f $f ;;",
                "esac");
        cli.environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        cli.environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
    }

    private Path tool(String name, String... lines) throws IOException {
        Path tool = folder.resolve("bin").resolve(name);
        Files.writeString(
                tool, "#!/bin/sh\nprintf '%s\\n' \"$*\" >> " + arguments + "\n" + String.join("\n", lines) + "\n");
        assertTrue(tool.toFile().setExecutable(true));
        return tool;
    }

    @Test
    void tokensAreInTheKeyringAndNeitherInAFileNorInArguments() throws IOException {
        assertTrue(signIn().out().contains("Kept in the keyring."));
        assertFalse(Files.readString(kept().getFirst()).contains("CANARY"));
        String first = ok(cli.run("token"));
        assertTrue(first.startsWith("eyJCANARY"), first);
        later(Duration.ofMinutes(12));
        String second = ok(cli.run("token"));
        assertFalse(second.equals(first));
        assertEquals(second, ok(cli.run("token")));
        ok(cli.run("logout"));
        assertEquals(List.of(), kept());
        try (var files = Files.list(folder)) {
            assertTrue(files.noneMatch(file -> file.getFileName().toString().startsWith("kept-")));
        }
        assertFalse(Files.readString(arguments).contains("CANARY"));
        assertTrue(Files.readString(arguments).contains("store --label=Tollgate at " + server.url()));
    }

    @Test
    void noToolOfTheSystemHasOurSecretsInItsEnvironment() throws IOException {
        tool("secret-tool", "env >> " + folder + "/environment; cat > /dev/null");
        cli.environment.put("TOLLGATE_TOKEN", "tgo_CANARY");
        cli.environment.put("TOLLGATE_KEY", "tg_CANARY");
        signIn();
        String environment = Files.readString(folder.resolve("environment"));
        assertTrue(environment.contains("DBUS_SESSION_BUS_ADDRESS="), environment);
        assertFalse(environment.contains("CANARY"), environment);
    }

    @Test
    void aRenewalStaysWhereItsPersonWasToldThatTheSignInIs() throws IOException {
        cli.environment.remove("DBUS_SESSION_BUS_ADDRESS");
        assertTrue(signIn().out().contains("which only you can read"));
        cli.environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        later(Duration.ofMinutes(12));
        String renewed = ok(cli.run("token")).strip();
        assertTrue(Files.readString(kept().getFirst()).contains(renewed));
        assertFalse(Files.exists(arguments), "the keyring was not asked");
    }

    @Test
    void aKeyringThatDoesNotKeepIsDoneWithout() throws IOException {
        tool("secret-tool", "cat > /dev/null", "exit 1");
        assertTrue(signIn().out().contains("which only you can read"));
        assertTrue(ok(cli.run("token")).startsWith("eyJCANARY"));
        tool("secret-tool", "[ $1 = store ] && cat > /dev/null; [ $1 = lookup ] && echo other", "exit 0");
        assertTrue(signIn().out().contains("which only you can read"), "it must give out what it was given");
    }

    @Test
    void aKeyringThatIsLockedIsNamedAndForgettingWorksWithoutIt() throws IOException {
        signIn();
        tool("secret-tool", "exit 1");
        Cli.Result locked = cli.run("token");
        assertEquals(1, locked.exitCode());
        assertTrue(locked.err().contains("does not give it out here.\n  Unlock the keyring"), locked.err());
        assertEquals(1, cli.run("logout").exitCode());
        assertEquals(List.of(), kept());
    }

    @Test
    void withoutASessionOrByARelativePathNoToolIsRun() throws IOException {
        cli.environment.remove("DBUS_SESSION_BUS_ADDRESS");
        assertTrue(signIn().out().contains("which only you can read"));
        cli.environment.put("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere");
        cli.environment.put("PATH", "bin:.:");
        assertTrue(signIn().out().contains("which only you can read"));
        assertFalse(Files.exists(arguments));
    }

    @Test
    void theKeychainOfMacOsIsToldTheSecretOnStandardInput() throws IOException {
        Path security = tool(
                "security",
                "f=" + folder + "/kept",
                "case $1 in",
                "-i) read -r command update s service a id w text; : $update $s $service $a $w; printf %s \"$text\" > $f; echo \"$command $id\" > $f.line ;;",
                "find-generic-password) [ -e $f ] && cat $f || exit 44 ;;",
                "delete-generic-password) rm -f $f ;;",
                "esac");
        Keyring.Keychain keychain = new Keyring.Keychain(security, surroundings());
        assertEquals(Optional.empty(), keychain.find("id1"));
        assertTrue(keychain.keep("id1", "https://gate.example.org", "CANARY \"quoted\"\nand €"));
        assertEquals(Optional.of("CANARY \"quoted\"\nand €"), keychain.find("id1"));
        assertEquals("add-generic-password id1\n", Files.readString(folder.resolve("kept.line")));
        assertFalse(keychain.keep("id1", "s", "x".repeat(4000)), "longer than the tool takes whole");
        keychain.remove("id1");
        assertEquals(Optional.empty(), keychain.find("id1"));
        assertFalse(Files.readString(arguments).contains("CANARY"));
    }

    private Surroundings surroundings() {
        return new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(PrintStream.nullOutputStream()),
                new PrintStream(PrintStream.nullOutputStream()),
                Map.copyOf(cli.environment),
                cli.terminal,
                InstantSource.system(),
                () -> ZoneOffset.UTC,
                Duration.ofMillis(1));
    }
}
