package dev.tollgate.vault;

import static dev.tollgate.vault.TestHouse.anthropicKey;
import static dev.tollgate.vault.TestHouse.credential;
import static dev.tollgate.vault.TestHouse.reveal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.CredentialInfo.State;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsTest {
    @TempDir
    Path home;

    private static List<String> names(List<CredentialInfo> credentials) {
        return credentials.stream().map(CredentialInfo::name).toList();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatWasAddedIsThereAfterARestartWithItsSecret(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            CredentialChange added =
                    house.open().credentials().add(credential("team", " " + anthropicKey(1) + "\n"), "owner");
            Vault reopened = house.open();

            assertEquals(List.of(added.credential()), reopened.credentials().list());
            assertEquals(anthropicKey(1), reveal(reopened, "team"));
            assertEquals(List.of("Removed blanks around it.", "Removed line ends around it."), added.notices());
            CredentialInfo info = added.credential();
            assertEquals("api-key", info.kind());
            assertEquals(1, info.version());
            assertEquals("07AA", info.lastFour());
            assertTrue(info.fingerprint().matches("[0-9a-f]{16}"), info.fingerprint());
            assertEquals(house.now, info.createdAt());
            assertEquals(1, house.audited.size());
            assertTrue(
                    house.audited.getFirst().startsWith("owner credential.added team {\"id\":\"cred_"),
                    house.audited.getFirst());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aNameOrASecretThatIsThereAlreadyIsAConflictThatNamesTheHolder(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            Credentials credentials = house.open().credentials();
            credentials.add(credential("team", anthropicKey(1)), "owner");

            Refusal name =
                    assertThrows(Refusal.class, () -> credentials.add(credential("team", anthropicKey(2)), "owner"));
            Refusal secret = assertThrows(
                    Refusal.class, () -> credentials.add(credential("other", "\"" + anthropicKey(1) + "\""), "owner"));

            assertEquals(Refusal.Kind.CONFLICT, name.kind());
            assertEquals("There is a credential named team already.", name.text());
            assertEquals(Refusal.Kind.CONFLICT, secret.kind());
            assertEquals("The provider anthropic has this secret already, as the credential team.", secret.text());
            assertEquals(List.of("team"), names(credentials.list()));
            assertEquals(1, house.audited.size());
        }
    }

    @Test
    void twoProvidersMayHaveTheSameSecret() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            String secret = "one-key-for-two-dialects-0001";
            credentials.add(new NewCredential("a", "operator", "router-openai", null, null, 0, secret), "owner");

            credentials.add(new NewCredential("b", "operator", "router-anthropic", null, null, 0, secret), "owner");

            List<CredentialInfo> both = credentials.list();
            assertEquals(both.get(0).fingerprint(), both.get(1).fingerprint());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void rotatingMakesTheNextVersionAndTheOldSecretIsGone(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            Vault vault = house.open();
            Credentials credentials = vault.credentials();
            CredentialInfo first = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();
            house.now += 5_000;

            CredentialInfo second =
                    credentials.rotate("team", null, anthropicKey(2), "owner").credential();

            assertEquals(anthropicKey(2), reveal(vault, "team"));
            assertEquals(anthropicKey(2), reveal(house.open(), "team"));
            assertEquals(2, second.version());
            assertEquals(first.id(), second.id());
            assertEquals(first.createdAt(), second.createdAt());
            assertEquals(first.createdAt() + 5_000, second.rotatedAt());
            assertNotEquals(first.fingerprint(), second.fingerprint());
            Refusal same =
                    assertThrows(Refusal.class, () -> credentials.rotate("team", null, anthropicKey(2), "owner"));
            assertEquals(Refusal.Kind.CONFLICT, same.kind());
            credentials.add(credential("again", anthropicKey(1)), "owner");
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void whatAPlanTakesIsKeptOverRotationsAndRestarts(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            Credentials credentials = house.open().credentials();
            credentials.add(credential("main", anthropicKey(1)), "owner");
            credentials.add(credential("second", anthropicKey(2)), "owner");
            assertEquals(0, credentials.narrowestContext());

            credentials.setMaxContext("main", 200_000, "owner");
            credentials.setMaxContext("second", 400_000, "owner");
            credentials.rotate("main", null, anthropicKey(3), "owner");
            String id = credentials.find("main").orElseThrow().id();
            credentials.quarantine(id, 2, "401", "test");
            assertEquals(400_000, credentials.narrowestContext(), "of those that are used");
            credentials.reactivate("main", "owner");
            assertEquals(200_000, credentials.narrowestContext());

            Credentials again = house.open().credentials();
            assertEquals(200_000, again.find("main").orElseThrow().maxContextTokens());
            assertEquals(200_000, again.narrowestContext());
            assertEquals(
                    List.of(200_000L, 400_000L),
                    again.usable("anthropic").stream()
                            .map(CredentialInfo::maxContextTokens)
                            .sorted()
                            .toList());
            again.setMaxContext("main", 0, "owner");
            again.remove("second", "owner");
            assertEquals(0, again.narrowestContext());
            assertEquals(
                    3,
                    house.audited.stream()
                            .filter(row -> row.startsWith("owner credential.plan_set "))
                            .count());
        }
    }

    @Test
    void aPlanOfSoFewTokensIsASlipOfThePen() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            credentials.add(credential("main", anthropicKey(1)), "owner");
            for (long tokens : new long[] {-1, 200, 999, 1_000_000_001, Long.MIN_VALUE, Long.MAX_VALUE}) {
                Refusal refusal = assertThrows(Refusal.class, () -> credentials.setMaxContext("main", tokens, "owner"));
                assertTrue(refusal.cure().contains("200000"), refusal.cure());
            }
            NewCredential slip = new NewCredential("x", "operator", "anthropic", null, null, 200, anthropicKey(2));
            assertThrows(Refusal.class, () -> credentials.add(slip, "owner"));
            assertEquals(0, credentials.find("main").orElseThrow().maxContextTokens());
            assertThrows(Refusal.class, () -> credentials.setMaxContext("nobody", 200_000, "owner"));
        }
    }

    @Test
    void aSecretIsNotRotatedIntoOneThatAnotherCredentialHas() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            vault.credentials().add(credential("one", anthropicKey(1)), "owner");
            vault.credentials().add(credential("two", anthropicKey(2)), "owner");

            Refusal refusal = assertThrows(
                    Refusal.class, () -> vault.credentials().rotate("two", null, anthropicKey(1), "owner"));

            assertTrue(refusal.text().endsWith("as the credential one."), refusal.text());
            assertEquals(anthropicKey(2), reveal(vault, "two"));
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aRemovedCredentialIsGoneFromMemoryAndStore(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            Credentials credentials = house.open().credentials();
            CredentialInfo info = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();

            credentials.remove("team", "owner");

            assertEquals(List.of(), credentials.list());
            assertEquals(List.of(), credentials.usable("anthropic"));
            assertSame(null, credentials.findSealed(info.id()));
            assertEquals(List.of(), house.open().credentials().list());
            assertEquals(
                    Refusal.Kind.NOT_FOUND,
                    assertThrows(Refusal.class, () -> credentials.remove("team", "owner"))
                            .kind());
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void quarantineSurvivesARestartAndRaisesOneNotice(TestDatabase database) {
        try (TestHouse house = new TestHouse(database, home)) {
            Credentials credentials = house.open().credentials();
            CredentialInfo info = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();

            assertTrue(credentials.quarantine(info.id(), 1, "the provider answered 401", "gate"));
            assertFalse(credentials.quarantine(info.id(), 1, "again", "gate"));

            assertEquals(List.of(), credentials.usable("anthropic"));
            assertEquals(
                    List.of("credential.quarantined"),
                    house.notices.stream().map(Notice::kind).toList());
            Credentials reopened = house.open().credentials();
            CredentialInfo kept = reopened.find("team").orElseThrow();
            assertEquals(State.QUARANTINED, kept.state());
            assertEquals("the provider answered 401", kept.stateReason());
            assertEquals(List.of(), reopened.usable("anthropic"));

            assertEquals(State.ACTIVE, reopened.reactivate("team", "owner").state());
            assertEquals(List.of("team"), names(house.open().credentials().usable("anthropic")));
        }
    }

    @Test
    void aRefusalOfAnOlderVersionDoesNotQuarantineTheNewOne() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            CredentialInfo info = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();
            credentials.rotate("team", null, anthropicKey(2), "owner");

            assertFalse(credentials.quarantine(info.id(), 1, "the provider answered 401", "gate"));

            assertEquals(List.of("team"), names(credentials.usable("anthropic")));
        }
    }

    @Test
    void rotatingEndsAQuarantine() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            CredentialInfo info = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();
            credentials.quarantine(info.id(), 1, "the provider answered 401", "gate");

            credentials.rotate("team", null, anthropicKey(2), "owner");

            assertEquals(
                    State.ACTIVE,
                    house.open().credentials().find("team").orElseThrow().state());
        }
    }

    @Test
    void usableCredentialsComeOldestFirstAndAListOnceTakenDoesNotChange() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            for (String name : List.of("zeta", "alpha", "mid")) {
                house.now += 10;
                credentials.add(credential(name, anthropicKey(name.length() * 31 + name.charAt(0))), "owner");
            }
            List<CredentialInfo> taken = credentials.usable("anthropic");

            credentials.remove("alpha", "owner");

            assertEquals(List.of("zeta", "alpha", "mid"), names(taken));
            assertEquals(List.of("zeta", "mid"), names(credentials.usable("anthropic")));
            assertEquals(
                    List.of("zeta", "mid"), names(house.open().credentials().usable("anthropic")));
            assertEquals(List.of("mid", "zeta"), names(credentials.list()));
            assertThrows(UnsupportedOperationException.class, () -> taken.removeFirst());
            assertEquals(List.of(), credentials.usable("openai"));
        }
    }

    @Test
    void aChangeThatTheStoreDidNotTakeDoesNotShow() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();
            CredentialInfo info = credentials
                    .add(credential("team", anthropicKey(1)), "owner")
                    .credential();
            house.store.close();

            assertThrows(StoreUnavailable.class, () -> credentials.remove("team", "owner"));
            assertThrows(StoreUnavailable.class, () -> credentials.add(credential("two", anthropicKey(2)), "owner"));
            assertThrows(StoreUnavailable.class, () -> credentials.quarantine(info.id(), 1, "x", "gate"));

            assertEquals(List.of(info), credentials.usable("anthropic"));
            assertEquals(List.of(info), credentials.list());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " team", "a b", "-x", "cred_x", "../x", "n\u00e4me", "sk-ant-api03-secretcanary-secretcanary"
            })
    void aBadNameOrASecretInTheNamesPlaceIsRefusedWithoutRepeatingIt(String name) {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Credentials credentials = house.open().credentials();

            Refusal refusal =
                    assertThrows(Refusal.class, () -> credentials.add(credential(name, anthropicKey(1)), "owner"));

            assertEquals(Refusal.Kind.INVALID, refusal.kind());
            assertFalse((refusal.text() + refusal.cure()).contains("secretcanary"), refusal.text());
            assertEquals(List.of(), credentials.list());
        }
    }

    @Test
    void aKindThatAPersonVouchedForHoldsForLaterVersions() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            NewCredential odd = new NewCredential(
                    "proxy", "operator", "company-proxy", "proxy.example", "api-key", 0, "sk-proj-" + "a".repeat(40));
            vault.credentials().add(odd, "owner");

            vault.credentials().rotate("proxy", "proxy.example", "sk-proj-" + "b".repeat(40), "owner");

            assertEquals("sk-proj-" + "b".repeat(40), reveal(vault, "proxy"));
            Refusal refusal = assertThrows(
                    Refusal.class,
                    () -> vault.credentials()
                            .add(
                                    new NewCredential(
                                            "second",
                                            "operator",
                                            "company-proxy",
                                            null,
                                            null,
                                            0,
                                            "sk-proj-" + "c".repeat(40)),
                                    "owner"));
            assertTrue(refusal.cure().contains("--kind api-key"), refusal.cure());
        }
    }

    @Test
    void statusCountsWithoutTheStore() {
        try (TestHouse house = new TestHouse(TestDatabase.SQLITE, home)) {
            Vault vault = house.open();
            CredentialInfo info = vault.credentials()
                    .add(credential("one", anthropicKey(1)), "owner")
                    .credential();
            vault.credentials().add(credential("two", anthropicKey(2)), "owner");
            vault.credentials().quarantine(info.id(), 1, "x", "gate");
            house.store.close();

            VaultStatus status = vault.status();

            assertEquals(new VaultStatus("file", 1, house.now, 2, 1, 0, false, status.policyPack()), status);
            assertEquals("2026.11.1", status.policyPack());
        }
    }
}
