package dev.tollgate.oauth;

import static dev.tollgate.oauth.LeaseHouse.ANN;
import static dev.tollgate.oauth.LeaseHouse.BEN;
import static dev.tollgate.oauth.LeaseHouse.TOKEN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.federation.Leases.Kept;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person.Status;
import dev.tollgate.identity.people.Role;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.kernel.store.WriteSession;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Setup tokens: who keeps them, for which jobs, and what ends them. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SetupTokensTest {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable LeaseHouse open;

    @BeforeEach
    void openHouse() throws SQLException {
        open = new LeaseHouse(kind, home);
    }

    @AfterEach
    void closeHouse() {
        house().close();
    }

    private LeaseHouse house() {
        assertNotNull(open);
        return open;
    }

    private SetupTokens tokens() {
        return house().tokens;
    }

    private Refusal.Kind refused(String rule, String token, Actor owner) {
        Refusal refusal = assertThrows(Refusal.class, () -> tokens().keep(rule, token, owner));
        assertFalse((refusal.text() + refusal.cure()).contains("canary"), refusal.text());
        return refusal.kind();
    }

    @Test
    void whatIsKeptIsSealedAndNobodyIsShownIt() {
        Kept kept = tokens().keep("deploy", TOKEN + "\n", ANN);
        assertEquals(ANN.name(), kept.personId());
        assertEquals(Duration.ofDays(365), Duration.between(kept.keptAt(), kept.expiresAt()));
        assertEquals(List.of(kept), tokens().list());
        assertFalse(tokens().list().toString().contains("canary"));
        house().lent(TOKEN);
        assertFalse(String.join("\n", house().house.audited).contains("canary"), "nor does the trail have it");
        assertEquals(0L, house().count("SELECT COUNT(*) FROM federation_setup_token WHERE sealed LIKE '%canary%'"));
        assertFalse(new Lending.Lent("V", TOKEN).toString().contains("canary"));
    }

    @Test
    void onlyItsOwnerKeepsIt() {
        tokens().keep("deploy", TOKEN, ANN);
        assertEquals(Refusal.Kind.CONFLICT, refused("deploy", TOKEN + "ben", BEN));
        assertEquals(Refusal.Kind.FORBIDDEN, refused("deploy", TOKEN, Actor.OWNER_TOKEN));
        house().lent(TOKEN);
        Kept again = tokens().keep("deploy", TOKEN + "new", ANN);
        assertEquals(1, again.today(), "what was lent today still counts");
        house().lent(TOKEN + "new");
        house().house.people.remove(BEN.name());
        assertEquals(Refusal.Kind.FORBIDDEN, refused("deploy", TOKEN, BEN), "suspended meanwhile");
        house().house.people.put(BEN.name(), LeaseHouse.profile(BEN.name(), false));
        assertEquals(Refusal.Kind.FORBIDDEN, refused("deploy", TOKEN, BEN), "no administrator any more");
    }

    @Test
    void itIsKeptForTheJobsOfOneRepositoryAlone() {
        assertEquals(Refusal.Kind.NOT_FOUND, refused("none", TOKEN, ANN));
        house().house.pass(Duration.ofMillis(1));
        house().gate.federation.add(house().gate.job("owned", Map.of("repository_owner_id", "123")), "owner");
        assertEquals(Refusal.Kind.INVALID, refused("owned", TOKEN, ANN));
        house().house.pass(Duration.ofMillis(1));
        NewTrustRule wanted = new NewTrustRule(
                "company",
                TrustRule.Kind.ID_JAG,
                house().gate.issuer.url(),
                true,
                "",
                Map.of("repository_id", "456"),
                List.of(),
                "",
                null,
                null);
        house().gate.federation.add(wanted, "owner");
        assertEquals(Refusal.Kind.INVALID, refused("company", TOKEN, ANN), "people, not jobs");
        assertEquals(List.of(), tokens().list());
    }

    @Test
    void whatIsNoSetupTokenIsNotKeptNorRepeated() {
        for (String text : List.of(
                "sk-ant-api03-canary-0123456789abcdefghijklmnop",
                "sk-ant-sid01-canary-0123456789abcdefghijklmnop",
                "sk-ant-ort01-canary-0123456789abcdefghijklmnop",
                "sk-ant-oat01-canary",
                "sk-ant-oat01-canary 0123456789abcdefghijklmnop",
                "sk-ant-oat01-canary\n0123456789abcdefghijklmnop",
                "sk-ant-oat01-canary\u00e9123456789abcdefghijklmnop",
                "sk-ant-oat01-canary-" + "0".repeat(500),
                "canary-sk-ant-oat01-0123456789abcdefghijklmnop",
                "sk-proj-canary-0123456789abcdefghijklmnop",
                "")) {
            assertEquals(Refusal.Kind.INVALID, refused("deploy", text, ANN), text);
        }
    }

    @Test
    void anyAdministratorForgetsIt() {
        assertEquals(Refusal.Kind.NOT_FOUND, refusedToForget("none"));
        assertEquals(Refusal.Kind.NOT_FOUND, refusedToForget("deploy"));
        tokens().keep("deploy", TOKEN, ANN);
        tokens().forget("deploy", BEN);
        assertTrue(house().gate.last("setup_token.forgotten").startsWith("per_ben setup_token.forgotten deploy {"));
        assertTrue(house().gate.last("setup_token.forgotten").contains("per_ann"), "whose it was");
        house().refused(house().job(), "none is kept");
        assertEquals(Refusal.Kind.NOT_FOUND, refusedToForget("deploy"));
        tokens().keep("deploy", TOKEN + "ben", BEN);
        house().lent(TOKEN + "ben");
    }

    @Test
    void itEndsWithItsRule() {
        tokens().keep("deploy", TOKEN, ANN);
        String job = house().job();
        house().gate.federation.remove("deploy", "owner");
        assertEquals(401, house().ask("Bearer " + job).status(), "the access token ended with the rule");
        assertTrue(house().gate.last("setup_token.forgotten").startsWith("owner setup_token.forgotten deploy {"));
        assertEquals(0L, house().count("SELECT COUNT(*) FROM federation_setup_token"));
        house().house.pass(Duration.ofMillis(1));
        house().gate.trust();
        house().refused(house().job(), "none is kept");
    }

    @Test
    void itEndsWithWhoeverCouldNotTakeItBackAnyMore() {
        for (LeaseEnd end : LeaseEnd.values()) {
            tokens().keep("deploy", TOKEN, ANN);
            house().house.one.store().write(tx -> {
                switch (end) {
                    case SUSPENDED -> changed(tx, Role.ADMIN, Status.SUSPENDED);
                    case DEMOTED -> changed(tx, Role.MEMBER, Status.ACTIVE);
                    case RESET -> tokens().signInReset(tx, LeaseHouse.person(ANN, Role.ADMIN, Status.ACTIVE));
                }
                return end;
            });
            assertEquals(List.of(), tokens().list(), end.name());
            assertTrue(house().gate.last("setup_token.forgotten").startsWith("server "), end.name());
        }
        tokens().keep("deploy", TOKEN, ANN);
        house().house.one.store().write(tx -> {
            changed(tx, Role.OWNER, Status.ACTIVE);
            tokens().signInReset(tx, LeaseHouse.person(BEN, Role.ADMIN, Status.ACTIVE));
            return ANN;
        });
        house().lent(TOKEN);
    }

    private enum LeaseEnd {
        SUSPENDED,
        DEMOTED,
        RESET
    }

    private void changed(WriteSession tx, Role role, Status status) {
        tokens().changed(tx, LeaseHouse.person(ANN, Role.ADMIN, Status.ACTIVE), LeaseHouse.person(ANN, role, status));
    }

    @Test
    void nothingIsLentForOneWhoMayNotAdministerNow() {
        tokens().keep("deploy", TOKEN, ANN);
        house().house.people.remove(ANN.name());
        house().refused(house().job(), "its owner may not lend it");
        house().house.people.put(ANN.name(), LeaseHouse.profile(ANN.name(), false));
        house().refused(house().job(), "its owner may not lend it");
        house().house.people.put(ANN.name(), OAuthHouse.ANN);
        house().lent(TOKEN);
    }

    @Test
    void itIsLentForAYearAtMost() {
        tokens().keep("deploy", TOKEN, ANN);
        house().house.pass(SetupTokens.LIFE.minusSeconds(1));
        house().lent(TOKEN);
        house().house.pass(Duration.ofSeconds(1));
        house().refused(house().job(), "longer than it lives");
        tokens().keep("deploy", TOKEN + "new", ANN);
        house().lent(TOKEN + "new");
    }

    @Test
    void aTextThatIsPutAtAnotherRuleIsNotLent() {
        tokens().keep("deploy", TOKEN, ANN);
        house().house.pass(Duration.ofMillis(1));
        TrustRule other =
                house().gate.federation.add(house().gate.job("other", Map.of("repository_id", "456")), "owner");
        house().house
                .one
                .store()
                .write(tx -> tx.handle().execute("UPDATE federation_setup_token SET rule_id = ?", other.id()));
        AccessTokens.Verified job = house().verified(house().job());
        assertEquals(
                new Lending.Refused("what is kept does not open; it must be kept anew"),
                tokens().lease(other, job, "192.0.2.7"));
    }

    private Refusal.Kind refusedToForget(String rule) {
        return assertThrows(Refusal.class, () -> tokens().forget(rule, BEN)).kind();
    }
}
