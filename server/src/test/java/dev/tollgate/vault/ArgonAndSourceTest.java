package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgonAndSourceTest {
    private static final String SALT = "AAAAAAAAAAAAAAAAAAAAAA";

    @TempDir
    Path home;

    @Test
    void theKeyDependsOnThePassphraseAndTheSaltAndComesBackFromTheStoredText() {
        Argon2id fresh = Argon2id.fresh();
        String id = fresh.derive("correct horse battery".toCharArray()).id();

        assertEquals(
                id,
                Argon2id.parse(fresh.toString())
                        .derive("correct horse battery".toCharArray())
                        .id());
        assertNotEquals(id, fresh.derive("correct horse batterz".toCharArray()).id());
        assertNotEquals(
                id,
                Argon2id.fresh().derive("correct horse battery".toCharArray()).id());
        assertTrue(fresh.memoryKiB() >= 64 * 1024, fresh.toString());
    }

    @Test
    void twoWaysToTypeTheSameLetterAreTheSamePassphrase() {
        Argon2id stretching = Argon2id.fresh();

        assertEquals(
                stretching.derive("caf\u00e9 caf\u00e9 caf\u00e9".toCharArray()).id(),
                stretching
                        .derive("cafe\u0301 cafe\u0301 cafe\u0301".toCharArray())
                        .id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=1024,t=3,p=4$" + SALT, // cheap enough to guess
                "$argon2id$v=19$m=9999999,t=3,p=4$" + SALT, // all of the memory
                "$argon2id$v=19$m=65536,t=999,p=4$" + SALT, // an hour
                "$argon2id$v=19$m=65536,t=0,p=4$" + SALT,
                "$argon2id$v=19$m=65536,t=3,p=99$" + SALT,
                "$argon2i$v=19$m=65536,t=3,p=4$" + SALT,
                "$argon2id$v=19$m=65536,t=3,p=4$short",
                ""
            })
    void editedParametersAreRefusedBeforeTheyCostAnything(String stored) {
        Refusal refusal = assertThrows(Refusal.class, () -> Argon2id.parse(stored));

        assertTrue(refusal.text().contains("have been edited"), refusal.text());
    }

    @Test
    void withoutSettingsTheRootKeyIsInAFileInTheHome() {
        RootKeySource source = RootKeySource.configured(home, Map.of("TOLLGATE_PASSPHRASE", " "));

        assertEquals(new RootKeySource.KeyFile(home.resolve("master.key")), source);
        assertEquals(Optional.empty(), RootKeySource.previous(Map.of()));
    }

    @Test
    void theEnvironmentChoosesTheSourceAndItsTextNeverShows() throws IOException {
        Path file = Files.writeString(home.resolve("passphrase"), "secretcanary from a file\r\n");
        RootKeySource variable = RootKeySource.configured(home, Map.of("TOLLGATE_MASTER_KEY", "secretcanary"));
        RootKeySource typed = RootKeySource.configured(home, Map.of("TOLLGATE_PASSPHRASE", "secretcanary words"));
        RootKeySource read = RootKeySource.configured(home, Map.of("TOLLGATE_PASSPHRASE_FILE", file.toString()));
        RootKeySource former = RootKeySource.previous(Map.of("TOLLGATE_PREVIOUS_PASSPHRASE", "x"))
                .orElseThrow();

        assertInstanceOf(RootKeySource.EnvironmentVariable.class, variable);
        assertEquals("secretcanary words", new String(((RootKeySource.Passphrase) typed).text()));
        assertEquals("secretcanary from a file", new String(((RootKeySource.Passphrase) read).text()));
        assertInstanceOf(RootKeySource.Passphrase.class, former);
        assertEquals(
                Optional.of(new RootKeySource.KeyFile(Path.of("/old/master.key"))),
                RootKeySource.previous(Map.of("TOLLGATE_PREVIOUS_KEY_FILE", "/old/master.key")));
        assertFalse((variable + " " + typed + " " + read).contains("secretcanary"));
    }

    @Test
    void twoSourcesAtOnceAreRefused() {
        assertThrows(
                Refusal.class,
                () -> RootKeySource.configured(home, Map.of("TOLLGATE_MASTER_KEY", "a", "TOLLGATE_PASSPHRASE", "b")));
        assertThrows(
                Refusal.class,
                () -> RootKeySource.previous(
                        Map.of("TOLLGATE_PREVIOUS_KEY_FILE", "a", "TOLLGATE_PREVIOUS_PASSPHRASE", "b")));
        assertThrows(
                Refusal.class,
                () -> RootKeySource.configured(home, Map.of("TOLLGATE_PASSPHRASE_FILE", "/no/such/file")));
    }
}
