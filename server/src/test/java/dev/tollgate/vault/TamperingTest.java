package dev.tollgate.vault;

import static dev.tollgate.vault.TestHouse.anthropicKey;
import static dev.tollgate.vault.TestHouse.credential;
import static dev.tollgate.vault.TestHouse.reveal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.CredentialInfo.State;
import dev.tollgate.vault.open.SecretOpener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What someone with the database, and without the root key, can do: break a credential, and nothing else. */
class TamperingTest {
    @TempDir
    Path home;

    private static void addTwo(TestHouse house) {
        Credentials credentials = house.open().credentials();
        credentials.add(credential("one", anthropicKey(1)), "owner");
        credentials.add(credential("two", anthropicKey(2)), "owner");
    }

    private static String id(TestHouse house, String name) {
        return house.text("SELECT id FROM vault_credential WHERE name = '" + name + "'");
    }

    private static void assertOutOfUseAndTheOtherInUse(TestHouse house) {
        Vault vault = house.open();
        CredentialInfo one = vault.credentials().find("one").orElseThrow();
        assertEquals(State.QUARANTINED, one.state());
        assertEquals(Vault.DAMAGED, one.stateReason());
        assertEquals(1, vault.status().damaged());
        assertEquals("credential.damaged", house.notices.getLast().kind());
        assertEquals(
                "Run: tollgate credential rotate one", house.notices.getLast().cure());
        SecretOpener opener = new SecretOpener(vault.credentials());
        Refusal refusal = assertThrows(Refusal.class, () -> opener.open(one.id()));
        assertTrue(refusal.text().contains("damaged"), refusal.text());
        assertThrows(Refusal.class, () -> vault.credentials().reactivate("one", "owner"));
        assertEquals(anthropicKey(2), reveal(vault, "two"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "owner = 'mallory'",
                "provider = 'mallory-provider'",
                "kind = 'oauth-access-token'",
                "version = 2",
                "sealed_secret = (SELECT sealed_secret FROM vault_credential WHERE name = 'two')",
                "wrapped_key = (SELECT wrapped_key FROM vault_credential WHERE name = 'two')",
                "wrapped_key = (SELECT wrapped_key FROM vault_credential WHERE name = 'two'), "
                        + "sealed_secret = (SELECT sealed_secret FROM vault_credential WHERE name = 'two')",
                "sealed_secret = 'AAAA'",
                "sealed_secret = 'not base64!'",
                "wrapped_key = ''",
            })
    void aRowThatWasEditedOrSwappedDoesNotOpen(String edit) {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            addTwo(house);
            house.execute("UPDATE vault_credential SET " + edit + " WHERE name = 'one'");

            assertOutOfUseAndTheOtherInUse(house);
        }
    }

    @Test
    void aRowUnderAnotherIdDoesNotOpen() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            addTwo(house);
            house.execute("UPDATE vault_credential SET id = 'cred_mallory' WHERE name = 'one'");

            assertOutOfUseAndTheOtherInUse(house);
        }
    }

    @Test
    void anOlderCiphertextUnderTheNewVersionDoesNotOpen() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            addTwo(house);
            String wrapped = house.text("SELECT wrapped_key FROM vault_credential WHERE name = 'one'");
            String sealed = house.text("SELECT sealed_secret FROM vault_credential WHERE name = 'one'");
            house.open().credentials().rotate("one", null, anthropicKey(3), "owner");
            house.execute("UPDATE vault_credential SET wrapped_key = '" + wrapped + "', sealed_secret = '" + sealed
                    + "' WHERE name = 'one'");

            assertOutOfUseAndTheOtherInUse(house);
        }
    }

    @Test
    void anotherVaultsRowDoesNotOpen() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home);
                TestHouse other = new TestHouse(TestDatabase.SQLITE, home)) {
            addTwo(house);
            other.barrier(new RootKeySource.KeyFile(home.resolve("other.key")), null);
            Vault stranger = other.open(other.barrier(new RootKeySource.KeyFile(home.resolve("other.key")), null));
            stranger.credentials().add(credential("one", anthropicKey(3)), "owner");
            house.execute("UPDATE vault_credential SET id = '" + id(other, "one") + "', wrapped_key = '"
                    + other.text("SELECT wrapped_key FROM vault_credential") + "', sealed_secret = '"
                    + other.text("SELECT sealed_secret FROM vault_credential") + "' WHERE name = 'one'");

            assertOutOfUseAndTheOtherInUse(house);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aDamagedCredentialGetsWellByItsOwnSecretOrIsRemoved(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            addTwo(house);
            house.execute("UPDATE vault_credential SET sealed_secret = 'AAAA'");
            Credentials credentials = house.open().credentials();

            credentials.rotate("one", null, anthropicKey(1), "owner");
            credentials.remove("two", "owner");

            Vault vault = house.open();
            assertEquals(anthropicKey(1), reveal(vault, "one"));
            assertEquals(0, vault.status().damaged());
        }
    }

    @Test
    void aDamagedRowDoesNotStopARotationAndKeepsItsTerm() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            addTwo(house);
            house.execute("UPDATE vault_credential SET owner = 'mallory' WHERE name = 'one'");
            Vault vault = house.open();

            RotationReport report = vault.rotate("owner");

            assertEquals(List.of("one"), report.damaged());
            assertEquals(1, report.rewrapped());
            assertTrue(report.dropped().isEmpty());
            assertTrue(vault.status().rotationPending());
            house.execute("UPDATE vault_credential SET owner = 'operator' WHERE name = 'one'");
            Vault mended = house.open();
            assertEquals(anthropicKey(1), reveal(mended, "one"));
            assertEquals(anthropicKey(2), reveal(mended, "two"));
            assertEquals(false, mended.status().rotationPending());
        }
    }
}
