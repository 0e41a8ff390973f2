package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BarrierTest {
    private static final String PASSPHRASE = "correct horse battery staple";

    @TempDir
    Path home;

    private static RootKeySource passphrase(String text) {
        return new RootKeySource.Passphrase(text.toCharArray());
    }

    private static RootKeySource variable(int seed) {
        byte[] key = new byte[32];
        key[0] = (byte) seed;
        return new RootKeySource.EnvironmentVariable(
                "TOLLGATE_MASTER_KEY", Base64.getEncoder().encodeToString(key));
    }

    private static Refusal refused(TestHouse house, RootKeySource source, @Nullable RootKeySource previous) {
        Refusal refusal = assertThrows(Refusal.class, () -> house.barrier(source, previous));
        assertFalse(refusal.cure().isEmpty());
        assertEquals(0, refusal.getStackTrace().length);
        return refusal;
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void everySourceOpensWhatItSealed(TestDatabase database) throws IOException {
        for (int source = 0; source < 3; source++) {
            Path folder = Files.createDirectory(home.resolve("home-" + source));
            try (TestHouse house = new TestHouse(database, folder)) {
                byte[] derived = house.barrier(source(source, house), null).derive("audit head");

                assertArrayEquals(
                        derived, house.barrier(source(source, house), null).derive("audit head"));
                assertEquals(source == 0, Files.exists(house.keyFile()));
            }
        }
    }

    private static RootKeySource source(int which, TestHouse house) {
        return switch (which) {
            case 0 -> house.fileSource();
            case 1 -> passphrase(PASSPHRASE);
            default -> variable(7);
        };
    }

    @Test
    void aLostKeyFileIsNotReplacedByANewOne() throws IOException {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.barrier();
            Files.delete(house.keyFile());

            Refusal refusal = refused(house, house.fileSource(), null);

            assertEquals(Refusal.Kind.NOT_FOUND, refusal.kind());
            assertTrue(refusal.text().contains("is missing, and this vault is sealed by it"), refusal.text());
            assertFalse(Files.exists(house.keyFile()));
        }
    }

    @Test
    void anotherVaultsKeyFileIsToldFromALostOne() throws IOException {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.barrier();
            Files.delete(house.keyFile());
            new MasterKeyFile(house.keyFile()).create(RootKey.random());

            Refusal refusal = refused(house, house.fileSource(), null);

            assertEquals(Refusal.Kind.CONFLICT, refusal.kind());
            assertTrue(refusal.text().contains("is another vault's"), refusal.text());
        }
    }

    @Test
    void anEditedKeyringIsToldFromAWrongKey() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.barrier();
            String sealed = house.text("SELECT sealed FROM vault_keyring");
            char flipped = sealed.charAt(40) == 'A' ? 'B' : 'A';
            house.execute("UPDATE vault_keyring SET sealed = '" + sealed.substring(0, 40) + flipped
                    + sealed.substring(41) + "'");

            Refusal refusal = refused(house, house.fileSource(), null);

            assertTrue(refusal.text().contains("has been edited or damaged"), refusal.text());
        }
    }

    @Test
    void aKeyringThatIsGoneBesideCredentialsIsNotMadeAnew() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.open().credentials().add(TestHouse.credential("one", TestHouse.anthropicKey(1)), "owner");
            house.execute("DELETE FROM vault_keyring");

            Refusal refusal = refused(house, house.fileSource(), null);

            assertTrue(refusal.text().contains("keyring is gone"), refusal.text());
        }
    }

    @Test
    void aWrongOrShortPassphraseIsRefused() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            assertTrue(refused(house, passphrase("short"), null).text().contains("shorter than"));
            house.barrier(passphrase(PASSPHRASE), null);

            Refusal refusal = refused(house, passphrase("correct horse battery stable"), null);

            assertEquals("The passphrase does not open this vault.", refusal.text());
        }
    }

    @Test
    void aWrongOrMalformedVariableIsRefusedWithoutRepeatingIt() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            RootKeySource malformed =
                    new RootKeySource.EnvironmentVariable("TOLLGATE_MASTER_KEY", "secretcanary!secretcanary");
            Refusal unreadable = refused(house, malformed, null);
            assertEquals("TOLLGATE_MASTER_KEY is not the base64 of 32 bytes.", unreadable.text());
            house.barrier(variable(1), null);

            Refusal wrong = refused(house, variable(2), null);

            assertTrue(wrong.text().contains("is not the one that seals this vault"), wrong.text());
            assertFalse((unreadable + unreadable.cure() + wrong + wrong.cure()).contains("secretcanary"));
        }
    }

    @Test
    void anotherSourceThanTheSealingOneIsNamedAndNoKeyFileIsMade() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.barrier(passphrase(PASSPHRASE), null);

            Refusal refusal = refused(house, house.fileSource(), null);

            assertTrue(refusal.text().contains("\"passphrase\""), refusal.text());
            assertTrue(refusal.cure().contains("TOLLGATE_PASSPHRASE"), refusal.cure());
            assertFalse(Files.exists(house.keyFile()));
        }
    }

    @Test
    void thePreviousSourceLetsOneStartChangeTheKeyAndIsThenNeededNoMore() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            byte[] derived = house.barrier().derive("audit head");
            RootKeySource file = house.fileSource();

            house.barrier(passphrase(PASSPHRASE), file);
            house.barrier(passphrase("another passphrase"), passphrase(PASSPHRASE));
            house.barrier(variable(1), passphrase("another passphrase"));
            house.barrier(variable(2), variable(1));

            assertArrayEquals(derived, house.barrier(variable(2), null).derive("audit head"));
            refused(house, variable(1), null);
            refused(house, file, null);
            refused(house, variable(3), variable(1));
        }
    }

    @Test
    void aPassphraseIsErasedOnceItHasBeenUsed() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            RootKeySource.Passphrase source = new RootKeySource.Passphrase(PASSPHRASE.toCharArray());

            house.barrier(source, null);

            assertEquals("\0".repeat(PASSPHRASE.length()), new String(source.text()));
        }
    }
}
