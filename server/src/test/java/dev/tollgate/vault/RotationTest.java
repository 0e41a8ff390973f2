package dev.tollgate.vault;

import static dev.tollgate.vault.TestHouse.anthropicKey;
import static dev.tollgate.vault.TestHouse.credential;
import static dev.tollgate.vault.TestHouse.reveal;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RotationTest {
    @TempDir
    Path home;

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aRotationReplacesBothKeysAndKeepsEverySecretAndEveryDerivedKey(TestDatabase database) throws IOException {
        try (TestHouse house = new TestHouse(database, home)) {
            Vault vault = house.open();
            vault.credentials().add(credential("one", anthropicKey(1)), "owner");
            vault.credentials().add(credential("two", anthropicKey(2)), "owner");
            byte[] derived = vault.derive("audit head");
            byte[] oldFile = Files.readAllBytes(house.keyFile());
            String wrapped = house.text("SELECT wrapped_key FROM vault_credential WHERE name = 'one'");
            house.now += 60_000;

            RotationReport report = vault.rotate("owner");

            assertEquals(new RotationReport(2, 2, List.of(), new TreeSet<>(List.of(1))), report);
            assertEquals(anthropicKey(1), reveal(vault, "one"));
            Vault reopened = house.open();
            assertEquals(anthropicKey(2), reveal(reopened, "two"));
            assertArrayEquals(derived, reopened.derive("audit head"));
            assertNotEquals(wrapped, house.text("SELECT wrapped_key FROM vault_credential WHERE name = 'one'"));
            assertEquals("2", house.text("SELECT term FROM vault_term"));
            assertEquals(2, reopened.status().term());
            assertEquals(house.now, reopened.status().termSince());
            assertFalse(reopened.status().rotationPending());
            assertTrue(
                    house.audited.contains("owner vault.rotated vault {\"term\":2,\"source\":\"file\"}"),
                    house.audited::toString);

            Files.write(house.keyFile(), oldFile);
            assertThrows(Refusal.class, house::open, "the old key file must open nothing any more");
        }
    }

    @Test
    void secretsCanBeReadAndChangedWhileARotationRuns() throws Exception {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home);
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Vault vault = house.open();
            for (int i = 0; i < 20; i++) {
                vault.credentials().add(credential("c" + i, anthropicKey(i)), "owner");
            }
            AtomicBoolean done = new AtomicBoolean();
            String id = vault.credentials().find("c7").orElseThrow().id();
            SecretOpener opener = new SecretOpener(vault.credentials());
            Future<?> reader = threads.submit(() -> {
                while (!done.get()) {
                    try (OpenedSecret secret = opener.open(id)) {
                        assertEquals(anthropicKey(7).length(), secret.ascii().length());
                    }
                }
            });
            Future<Integer> writer = threads.submit(() -> {
                int added = 0;
                while (!done.get() || added == 0) {
                    int n = 100 + added++;
                    vault.credentials().add(credential("c" + n, anthropicKey(n)), "owner");
                    vault.credentials().rotate("c" + (n % 5), null, anthropicKey(10_000 + n), "owner");
                }
                return added;
            });

            for (int i = 0; i < 5; i++) {
                vault.rotate("owner");
            }
            done.set(true);
            reader.get();
            int added = writer.get();

            Vault reopened = house.open();
            assertEquals(0, reopened.status().damaged());
            assertEquals(20 + added, reopened.status().credentials());
            assertEquals(anthropicKey(100), reveal(reopened, "c100"));
            assertFalse(reopened.status().rotationPending());
        }
    }

    @Test
    void twoRotationsAtOnceAreOneAndARefusal() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Barrier barrier = house.barrier();
            Vault[] vault = new Vault[1];
            List<Refusal> refusals = new java.util.ArrayList<>();
            vault[0] = Vault.open(
                    barrier,
                    (tx, actor, action, subject, detail) -> {
                        Thread second = Thread.startVirtualThread(
                                () -> refusals.add(assertThrows(Refusal.class, () -> vault[0].rotate("another"))));
                        try {
                            second.join();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    new dev.tollgate.kernel.Events());

            vault[0].rotate("owner");

            assertFalse(refusals.isEmpty());
            assertEquals("The vault is being rotated.", refusals.getFirst().text());
            assertEquals(2, vault[0].status().term());
        }
    }

    @Test
    void anotherNodeThatHasRotatedMakesThisOneRefuseAndLoseNothing() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            RootKeySource.EnvironmentVariable key = new RootKeySource.EnvironmentVariable(
                    "TOLLGATE_MASTER_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
            Vault first = house.open(house.barrier(key, null));
            first.credentials().add(credential("one", anthropicKey(1)), "owner");
            Vault second = house.open(house.barrier(key, null));
            second.rotate("owner");

            // The first still wraps in term 1, which is gone: the store itself refuses that.
            assertThrows(
                    StoreUnavailable.class, () -> first.credentials().add(credential("two", anthropicKey(2)), "owner"));
            first.rotate("owner");
            first.credentials().add(credential("two", anthropicKey(2)), "owner");

            Vault reopened = house.open(house.barrier(key, null));
            assertEquals(3, reopened.status().term());
            assertEquals(anthropicKey(1), reveal(reopened, "one"));
            assertEquals(anthropicKey(2), reveal(reopened, "two"));
        }
    }

    @Test
    void aKeyFileThatCannotBeWrittenChangesNothing() throws IOException {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            vault.credentials().add(credential("one", anthropicKey(1)), "owner");
            Files.createDirectory(home.resolve("master.key.new"));
            Files.writeString(home.resolve("master.key.new/obstacle"), "");

            Refusal refusal = assertThrows(Refusal.class, () -> vault.rotate("owner"));

            assertEquals(Refusal.Kind.UNAVAILABLE, refusal.kind());
            assertEquals(1, vault.status().term());
            assertEquals(anthropicKey(1), reveal(house.open(), "one"));
        }
    }
}
