package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.PASSWORD;
import static dev.tollgate.identity.people.PeopleHouse.done;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.identity.people.PeopleHouse.Authenticator;
import dev.tollgate.kernel.Argon2;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PasswordSignInTest extends PeopleCase {
    private static final String EMAIL = "ada@example.com";
    private static final Visitor VISITOR = visitorAt("192.0.2.9");
    private @Nullable Authenticator made;

    @Override
    @BeforeEach
    void open() throws SQLException {
        super.open();
        house().settledOwner();
        made = house().password(house().invited(EMAIL, Role.MEMBER));
    }

    private Authenticator ada() {
        assertNotNull(made);
        return made;
    }

    private String step() {
        return assertInstanceOf(SignIn.NeedsTotp.class, desk().password(EMAIL, PASSWORD, VISITOR))
                .step();
    }

    private String id() {
        return ada().session().person().id();
    }

    @Test
    void aPasswordAndACodeSignIn() {
        NewSession session = in(house().signIn(" ADA@example.com", ada().secret(), VISITOR));
        assertEquals(SignInWay.PASSWORD_TOTP, session.session().way());
        assertEquals(List.of("pwd", "otp", "mfa"), session.session().way().amr());
        assertEquals("Firefox on Linux", session.session().device());
        assertEquals(id(), house().who(session).person().id());
        String row = house().audited.getLast();
        assertTrue(row.startsWith(id() + " person.signed_in " + id()) && row.contains("192.0.2.9"), row);
    }

    @Test
    void nothingTellsAnUnknownEmailFromAWrongPassword() {
        house().invited("nopassword@example.com", Role.MEMBER);
        Authenticator gone = house().password(house().invited("gone@example.com", Role.MEMBER));
        people().suspend(gone.session().person().id(), Actor.OWNER_TOKEN);
        assertEquals(new SignIn.Refused(), desk().password(EMAIL, PASSWORD + "x", VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("nobody@example.com", PASSWORD, VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("nopassword@example.com", PASSWORD, VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("gone@example.com", PASSWORD, VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("not an address", PASSWORD, VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("", "", VISITOR));
        assertEquals(new SignIn.Refused(), desk().password("' OR '1'='1", "x".repeat(5_000_000), VISITOR));
    }

    @Test
    void anUnknownEmailTakesAsMuchOfTheMachineAsAKnownOne() throws SQLException {
        try (PeopleHouse full = new PeopleHouse(kind, java.nio.file.Files.createDirectory(home.resolve("full")), 0)) {
            full.settledOwner();
            Authenticator known = full.password(full.invited(EMAIL, Role.MEMBER));
            full.invited("nopassword@example.com", Role.MEMBER);
            // Where there is no room to hash, all say so: so all hash.
            for (String email : List.of(EMAIL, "nobody@example.com", "nopassword@example.com", "none")) {
                for (String password : List.of(PASSWORD, "wrong", "x".repeat(2_000))) {
                    assertEquals(new SignIn.Busy(), full.services.signIn().password(email, password, VISITOR));
                }
            }
            SignIn device =
                    full.services.signIn().password(EMAIL, PASSWORD, PeopleHouse.on(known.session(), "192.0.2.9"));
            assertInstanceOf(SignIn.NeedsTotp.class, device, "a known device has room of its own");
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aCodeIsUsedOnceEvenByManyAtOnce() throws Exception {
        String code = house().code(ada().secret());
        List<String> steps = List.of(step(), step(), step(), step());
        AtomicInteger next = new AtomicInteger();
        List<SignIn> outcomes =
                PeopleHouse.atOnce(4, () -> desk().totp(steps.get(next.getAndIncrement()), code, VISITOR));
        assertEquals(1, outcomes.stream().filter(SignIn.Done.class::isInstance).count(), outcomes.toString());
        assertInstanceOf(SignIn.Refused.class, desk().totp(step(), code, VISITOR));
        house().pass(Duration.ofSeconds(30));
        in(desk().totp(step(), house().code(ada().secret()), VISITOR));
        assertTrue(house().wasAudited("person.code_refused"));
    }

    @Test
    void aStepIsGoodOnceAndForTenMinutes() {
        String step = step();
        in(desk().totp(step, house().code(ada().secret()), VISITOR));
        house().pass(Duration.ofSeconds(60));
        assertEquals(new SignIn.Expired(), desk().totp(step, house().code(ada().secret()), VISITOR));
        house().pass(Duration.ofSeconds(60));
        String late = step();
        house().pass(Duration.ofMinutes(10));
        assertEquals(new SignIn.Expired(), desk().totp(late, house().code(ada().secret()), VISITOR));
        for (String forged : List.of("", "x", late + "A", "A".repeat(5_000), "A".repeat(100))) {
            assertEquals(new SignIn.Expired(), desk().totp(forged, house().code(ada().secret()), VISITOR));
        }
    }

    @Test
    void aStepFromBeforeANewPasswordIsVoid() {
        String step = step();
        done(house().services.passwords().change(house().who(ada().session()), "another Horse 42 batteries", VISITOR));
        assertEquals(new SignIn.Expired(), desk().totp(step, house().code(ada().secret()), VISITOR));
        assertEquals(
                new SignIn.Expired(),
                desk().recoveryCode(step, ada().recoveryCodes().getFirst(), VISITOR));
        assertEquals(new SignIn.Refused(), desk().password(EMAIL, PASSWORD, VISITOR));
    }

    @Test
    void wrongCodesAreRefusedAndNeighbouringStepsAreTaken() {
        assertInstanceOf(SignIn.Refused.class, desk().totp(step(), house().wrongCode(ada().secret()), VISITOR));
        assertInstanceOf(SignIn.Refused.class, desk().totp(step(), "", VISITOR));
        String code = house().code(ada().secret());
        house().pass(Duration.ofSeconds(30));
        in(desk().totp(step(), code.substring(0, 3) + " " + code.substring(3), VISITOR));
    }

    @Test
    void aRecoveryCodeIsGoodOnce() throws Exception {
        String code = ada().recoveryCodes().get(3);
        assertTrue(code.matches("([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}"), code);
        assertFalse(house().rows().contains(code.replace("-", "")));
        List<String> steps = List.of(step(), step(), step());
        AtomicInteger next = new AtomicInteger();
        List<SignIn> outcomes = PeopleHouse.atOnce(
                3,
                () -> desk().recoveryCode(steps.get(next.getAndIncrement()), code.toUpperCase(Locale.ROOT), VISITOR));
        List<NewSession> in = outcomes.stream()
                .filter(SignIn.Done.class::isInstance)
                .map(PeopleHouse::in)
                .toList();
        assertEquals(1, in.size(), outcomes.toString());
        assertEquals(SignInWay.PASSWORD_RECOVERY_CODE, in.getFirst().session().way());
        assertEquals(9, people().methods(id()).recoveryCodes());
        List<String> anew = done(house().services.passwords().newRecoveryCodes(house().who(in.getFirst())));
        assertEquals(10, people().methods(id()).recoveryCodes());
        assertInstanceOf(
                SignIn.Refused.class,
                desk().recoveryCode(step(), ada().recoveryCodes().get(5), VISITOR));
        in(desk().recoveryCode(step(), anew.getFirst().replace("-", " "), VISITOR));
    }

    @Test
    void aNewPasswordEndsAllSessions() {
        NewSession elsewhere = in(house().signIn(EMAIL, ada().secret(), VISITOR));
        SignedIn who = house().who(ada().session());
        NewSession fresh = done(house().services.passwords().change(who, "another Horse 42 batteries", VISITOR));
        assertEquals(Optional.empty(), sessions().find(elsewhere.cookie()));
        assertEquals(Optional.empty(), sessions().find(ada().session().cookie()));
        house().who(fresh);
        assertTrue(house().wasAudited("person.password_changed"));
    }

    @Test
    void aPasswordIsNotInForceWithoutItsAuthenticator() {
        NewSession ben = house().invited("ben@example.com", Role.MEMBER);
        SignedIn who = house().who(ben);
        Passwords passwords = house().services.passwords();
        PasswordSetup setup = done(passwords.begin(who, PASSWORD));
        assertTrue(setup.provisioningUri()
                .startsWith("otpauth://totp/Tollgate:ben%40example.com?secret=" + setup.secret()));
        assertEquals(new SignIn.Refused(), desk().password("ben@example.com", PASSWORD, VISITOR));
        assertFalse(people().methods(ben.person().id()).any());
        assertInstanceOf(
                MethodChange.Invalid.class,
                passwords.confirm(who, setup.ticket(), house().wrongCode(setup.secret()), VISITOR));
        SignedIn other = house().who(ada().session());
        String code = house().code(setup.secret());
        assertInstanceOf(MethodChange.Invalid.class, passwords.confirm(other, setup.ticket(), code, VISITOR));
        assertInstanceOf(MethodChange.Invalid.class, passwords.confirm(who, "", code, VISITOR));
        assertInstanceOf(MethodChange.Invalid.class, passwords.confirm(who, "AAAA", code, VISITOR));
        NewPassword kept = done(passwords.confirm(who, setup.ticket(), code, VISITOR));
        assertEquals(10, kept.recoveryCodes().size());
        String step = assertInstanceOf(SignIn.NeedsTotp.class, desk().password("ben@example.com", PASSWORD, VISITOR))
                .step();
        assertInstanceOf(SignIn.Refused.class, desk().totp(step, code, VISITOR), "the setup's code is used");
        String rows = house().rows();
        assertFalse(rows.contains(setup.secret())
                || rows.contains(PASSWORD)
                || rows.contains(kept.signedIn().cookie()));
    }

    @Test
    void aSetupWaitsForAQuarterOfAnHour() {
        SignedIn who = house().who(house().invited("ben@example.com", Role.MEMBER));
        PasswordSetup setup = done(house().services.passwords().begin(who, PASSWORD));
        house().pass(Duration.ofMinutes(9));
        SignedIn again = house().who(house().invited("ben@example.com", Role.MEMBER));
        house().pass(Duration.ofMinutes(6));
        SignedIn recent = new SignedIn(
                house().who(house().invited("ben@example.com", Role.MEMBER)).session(), again.person());
        assertInstanceOf(
                MethodChange.Invalid.class,
                house().services.passwords().confirm(recent, setup.ticket(), house().code(setup.secret()), VISITOR));
    }

    @Test
    void aNewAuthenticatorLeavesThePasswordAndVoidsTheOld() {
        SignedIn who = house().who(ada().session());
        PasswordSetup setup = done(house().services.passwords().beginAuthenticator(who));
        done(house().services.passwords().confirm(who, setup.ticket(), house().code(setup.secret()), VISITOR));
        house().pass(Duration.ofSeconds(60));
        assertInstanceOf(SignIn.Refused.class, desk().totp(step(), house().code(ada().secret()), VISITOR));
        in(desk().totp(step(), house().code(setup.secret()), VISITOR));
    }

    @Test
    void allOfItNeedsARecentSignInAndTheLastWayStays() {
        SignedIn who = house().who(ada().session());
        Passwords passwords = house().services.passwords();
        assertInstanceOf(MethodChange.LastMethod.class, passwords.remove(who));
        house().register(who, new SoftPasskey());
        assertFalse(done(passwords.remove(who)).password());
        assertInstanceOf(MethodChange.Invalid.class, passwords.remove(who));
        assertInstanceOf(MethodChange.Invalid.class, passwords.beginAuthenticator(who));
        assertInstanceOf(MethodChange.Invalid.class, passwords.change(who, "another Horse 42 batteries", VISITOR));
        assertInstanceOf(MethodChange.Invalid.class, passwords.newRecoveryCodes(who));
        assertEquals(0, house().count("recovery_code") + house().count("person_totp"));
        house().pass(Session.RECENT);
        for (MethodChange<?> change : List.of(
                passwords.begin(who, PASSWORD),
                passwords.beginAuthenticator(who),
                passwords.confirm(who, "", "", VISITOR),
                passwords.change(who, PASSWORD, VISITOR),
                passwords.newRecoveryCodes(who),
                passwords.remove(who))) {
            assertInstanceOf(MethodChange.NeedsRecentSignIn.class, change);
        }
    }

    @Test
    void aHashGrowsWithTheParametersAtTheNextSignIn() {
        String before = phc();
        assertTrue(before.startsWith("$argon2id$v=19$m=64,t=1,p=1$"), before);
        PeopleServices grown = house().open(house().store, new Argon2.Cost(128, 2, 1), 4);
        String step = assertInstanceOf(SignIn.NeedsTotp.class, grown.signIn().password(EMAIL, PASSWORD, VISITOR))
                .step();
        assertTrue(phc().startsWith("$argon2id$v=19$m=128,t=2,p=1$"), phc());
        in(grown.signIn().totp(step, house().code(ada().secret()), VISITOR));
        assertEquals(phc(), phc());
        assertNotEquals(before, phc());
        assertEquals(new SignIn.Refused(), grown.signIn().password(EMAIL, PASSWORD + "x", VISITOR));
    }

    private String phc() {
        return house().store.read(handle -> PasswordTable.find(handle, id())).orElseThrow();
    }

    @Test
    void anEditedHashMatchesNothingAndCostsNothing() {
        for (String edited :
                List.of("", "$argon2id$v=19$m=9999999,t=99,p=9$AAAA$AAAA", phc().replace("m=64", "m=999999"))) {
            house().store.write(tx -> {
                PasswordTable.put(tx.handle(), id(), edited, 1);
                return true;
            });
            assertEquals(new SignIn.Refused(), desk().password(EMAIL, PASSWORD, VISITOR));
            house().pass(Duration.ofHours(1));
        }
    }

    @Test
    void secretsAreInNoTextThatCouldBeLogged() {
        SignIn.NeedsTotp needs = assertInstanceOf(SignIn.NeedsTotp.class, desk().password(EMAIL, PASSWORD, VISITOR));
        NewSession session = in(desk().totp(needs.step(), house().code(ada().secret()), VISITOR));
        PasswordSetup setup = done(house().services.passwords().beginAuthenticator(house().who(session)));
        String texts = needs + " " + session + " " + setup + " " + new NewPassword(ada().recoveryCodes(), session) + " "
                + PeopleHouse.on(session, "192.0.2.1") + house().audited;
        for (String secret : List.of(
                needs.step(),
                session.cookie(),
                session.deviceToken(),
                setup.secret(),
                setup.ticket(),
                ada().recoveryCodes().getFirst(),
                PASSWORD)) {
            assertFalse(texts.contains(secret), "a secret is shown");
        }
    }
}
