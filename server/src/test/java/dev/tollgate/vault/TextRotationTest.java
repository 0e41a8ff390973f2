package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.alert.Alerts;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.AuthorizationServer;
import dev.tollgate.oauth.SetupTokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Texts that rooms have sealed: after a rotation all open, and none needs the old term. */
@Timeout(120)
class TextRotationTest {
    static final SealedColumn COLUMN = new SealedColumn("tests", "sealed_text", "id", "sealed");
    static final String TABLE = "CREATE TABLE sealed_text (id TEXT PRIMARY KEY, sealed TEXT NOT NULL)";

    @TempDir
    Path home;

    private static void put(TestHouse house, TextSealer sealer, String id, String clear) {
        house.store.write(
                tx -> tx.handle().execute("INSERT INTO sealed_text VALUES (?, ?)", id, sealer.seal(id, clear)));
    }

    private static String sealed(TestHouse house, String id) {
        return house.text("SELECT sealed FROM sealed_text WHERE id = '" + id + "'");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void afterARotationAllOpenAndNothingOfTheOldTermIsLeft(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            house.execute(TABLE);
            Barrier barrier = house.barrier();
            TextSealer sealer = barrier.sealer(COLUMN);
            Vault vault = house.open(barrier);
            int texts = 2 * TermRotation.BATCH + 1;
            for (int i = 0; i < texts; i++) {
                put(house, sealer, "t" + i, "CANARY " + i);
            }
            String before = sealed(house, "t7");
            assertTrue(before.startsWith("1.") && !before.contains("CANARY"), before);

            RotationReport report = vault.rotate("owner");

            assertEquals(new RotationReport(2, texts, List.of(), new TreeSet<>(Set.of(1))), report);
            assertEquals("0", house.text("SELECT COUNT(*) FROM sealed_text WHERE sealed NOT LIKE '2.%'"));
            assertEquals("2", house.text("SELECT term FROM vault_term"));
            assertEquals(
                    before.substring(before.lastIndexOf('.')),
                    sealed(house, "t7").substring(sealed(house, "t7").lastIndexOf('.')),
                    "the text itself stays closed");
            Refusal gone = assertThrows(Refusal.class, () -> sealer.open("t7", before));
            assertFalse(gone.text().contains("CANARY"));
            Barrier reopened = house.barrier();
            TextSealer again = reopened.sealer(COLUMN);
            for (TextSealer each : List.of(sealer, again)) {
                for (int i = 0; i < texts; i++) {
                    assertEquals("CANARY " + i, each.open("t" + i, sealed(house, "t" + i)));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatWasSealedBeforeTextsHadTermsOpensAndGetsOne(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            house.execute(TABLE);
            Barrier barrier = house.barrier();
            TextSealer sealer = barrier.sealer(COLUMN);
            put(house, new DerivedSealer(barrier.derive(COLUMN.purpose())), "old", "of old");
            house.execute("INSERT INTO sealed_text VALUES ('none', '')");
            assertEquals("of old", sealer.open("old", sealed(house, "old")));
            assertEquals(1, house.open(barrier).rotate("owner").rewrapped());
            assertTrue(sealed(house, "old").startsWith("2."));
            assertEquals("of old", sealer.open("old", sealed(house, "old")));
            assertEquals("", sealed(house, "none"));
        }
    }

    @Test
    void aTextThatDoesNotOpenKeepsItsTermUntilItIsGone() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            house.execute(TABLE);
            Barrier barrier = house.barrier();
            TextSealer sealer = barrier.sealer(COLUMN);
            Vault vault = house.open(barrier);
            put(house, sealer, "a", "one");
            put(house, sealer, "b", "two");
            house.execute("UPDATE sealed_text SET id = 'c' WHERE id = 'b'");

            RotationReport report = vault.rotate("owner");

            assertEquals(List.of("sealed_text c"), report.damaged());
            assertEquals(Set.of(), report.dropped());
            assertTrue(vault.status().rotationPending());
            assertEquals("one", sealer.open("a", sealed(house, "a")));
            house.execute("DELETE FROM sealed_text WHERE id = 'c'");
            assertEquals(Set.of(1, 2), vault.rotate("owner").dropped());
        }
    }

    /** Does something once, before a certain write. */
    private static final class Before implements Persistence {
        private final Persistence real;
        private int writes;
        private Runnable what = () -> {};

        Before(Persistence real) {
            this.real = real;
        }

        void arm(int write, Runnable run) {
            writes = write;
            what = run;
        }

        @Override
        public <T extends @Nullable Object> T read(Store.Read<T> query) {
            return real.read(query);
        }

        @Override
        public <T extends @Nullable Object> T write(Store.Write<T> unit) {
            if (--writes == 0) {
                what.run();
            }
            return real.write(unit);
        }
    }

    /** Its unit has sealed in the old term, and is kept after the new one has begun and all others have been wrapped anew. */
    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aTextThatIsBeingSealedWhileTheTermChangesIsNotLost(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            house.execute(TABLE);
            Before store = new Before(Persistence.of(house.store));
            Barrier barrier = Barrier.unseal(store, house.clock, RootKeys.of(house.fileSource()), Optional.empty());
            TextSealer sealer = barrier.sealer(COLUMN);
            Vault vault = house.open(barrier);
            String late = sealer.seal("late", "just in time");
            // Of two writes, the new term and the drop of the old one, before the second: no term was needed when it
            // was decided.
            store.arm(
                    2,
                    () -> house.store.write(
                            tx -> tx.handle().execute("INSERT INTO sealed_text VALUES ('late', ?)", late)));
            assertEquals(Set.of(1), vault.rotate("owner").dropped());
            assertEquals("just in time", sealer.open("late", sealed(house, "late")));
        }
    }

    @Test
    void otherPlacesPurposesAndEditedTextsDoNotOpen() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Barrier barrier = house.barrier();
            TextSealer sealer = barrier.sealer(COLUMN);
            TextSealer other = barrier.sealer(new SealedColumn("others", "sealed_text", "id", "sealed"));
            String sealed = sealer.seal("a", "CANARY");
            assertEquals("CANARY", sealer.open("a", sealed));
            assertThrows(Refusal.class, () -> sealer.open("b", sealed));
            assertThrows(Refusal.class, () -> other.open("a", sealed));
            String[] parts = sealed.split("\\.", -1);
            String[] second = sealer.seal("a", "another").split("\\.", -1);
            for (String edited : List.of(
                    "",
                    ".",
                    "..",
                    "1.",
                    "1.a",
                    sealed + ".",
                    sealed.substring(0, sealed.length() - 2) + "AA",
                    parts[0] + "." + parts[1] + "." + second[2],
                    parts[0] + ".." + parts[2],
                    "1.no base64!." + parts[2])) {
                Refusal refusal = assertThrows(Refusal.class, () -> sealer.open("a", edited), edited);
                assertFalse(refusal.text().contains("CANARY"));
            }
        }
    }

    @Test
    void aColumnThatTheVaultDoesNotKnowGetsNoSealer() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Barrier barrier = house.barrier();
            house.open(barrier);
            assertThrows(IllegalStateException.class, () -> barrier.sealer(COLUMN));
            assertThrows(
                    IllegalArgumentException.class, () -> new SealedColumn("p", "t; DROP TABLE x", "id", "sealed"));
        }
    }

    /** A column whose name says that it is sealed is the vault's own, or one that a rotation knows. */
    @Test
    void noSealedColumnOfTheSchemaIsForgotten() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            List<String> found = house.store.read(handle -> handle.createQuery(
                            "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c"
                                    + " WHERE m.type = 'table' AND (c.name LIKE '%sealed%' OR c.name LIKE '%cipher%'"
                                    + " OR c.name LIKE '%encrypted%') ORDER BY 1")
                    .mapTo(String.class)
                    .list());
            Set<String> known = new TreeSet<>(Set.of("vault_credential.sealed_secret", "vault_keyring.sealed"));
            for (SealedColumn column : List.of(
                    Alerts.SEALED,
                    AuthorizationServer.SEALED,
                    IdentityProviders.SEALED,
                    PeopleServices.SEALED,
                    SetupTokens.SEALED)) {
                known.add(column.table() + "." + column.text());
            }
            assertEquals(List.copyOf(known), found);
        }
    }
}
