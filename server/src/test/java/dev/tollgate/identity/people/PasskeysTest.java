package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.done;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PasskeysTest extends PeopleCase {
    private final SoftPasskey key = new SoftPasskey();

    private Passkeys passkeys() {
        return house().services.passkeys();
    }

    private String options() {
        return passkeys().signInOptions().orElseThrow();
    }

    private SignIn present(String response) {
        return house().services.signIn().passkey(response, visitorAt("192.0.2.9"));
    }

    @Test
    void aPasskeySignsItsPersonInWithoutAnEmail() {
        NewSession owner = house().owner();
        PasskeyInfo info = house().register(house().who(owner), key);
        assertEquals("Laptop", info.name());
        key.counter = 2;
        NewSession session = in(present(key.get(options(), PeopleHouse.URL)));
        assertEquals(owner.person(), session.person());
        assertEquals(SignInWay.PASSKEY, session.session().way());
        assertEquals(List.of("pop", "user", "mfa"), session.session().way().amr());
        PasskeyInfo used = house().services
                .people()
                .methods(owner.person().id())
                .passkeys()
                .getFirst();
        assertEquals(house().now, used.lastUsedAt());
        assertFalse(house().services.firstRun().awaited(), "an owner can sign in now");
    }

    @Test
    void theOptionsAskForWhatTheStandardNeeds() {
        NewSession owner = house().owner();
        house().register(house().who(owner), key);
        JsonNode create = Json.MAPPER.readTree(done(passkeys().registrationOptions(house().who(owner))));
        assertEquals("gate.example.com", create.at("/rp/id").asString());
        assertEquals(
                "required",
                create.at("/authenticatorSelection/userVerification").asString());
        assertEquals(
                "required", create.at("/authenticatorSelection/residentKey").asString());
        assertEquals("none", create.at("/attestation").asString());
        assertEquals(key.credentialId(), create.at("/excludeCredentials/0/id").asString());
        assertEquals(
                "[\"internal\"]", create.at("/excludeCredentials/0/transports").toString());
        assertEquals(
                "[-8,-7,-257]",
                create.at("/pubKeyCredParams")
                        .valueStream()
                        .map(p -> p.path("alg").asInt())
                        .toList()
                        .toString()
                        .replace(" ", ""));
        byte[] handle = Base64.getUrlDecoder().decode(create.at("/user/id").asString());
        assertEquals(owner.person().id(), new String(handle, StandardCharsets.UTF_8));
        JsonNode get = Json.MAPPER.readTree(options());
        assertEquals("required", get.path("userVerification").asString());
        assertEquals("gate.example.com", get.path("rpId").asString());
        assertEquals("[]", get.path("allowCredentials").toString(), "nothing tells who is here");
        assertNotEquals(get.path("challenge"), Json.MAPPER.readTree(options()).path("challenge"));
    }

    @Test
    void askingForOptionsWritesNothing() {
        options();
        assertEquals(0, house().count("spent_ticket"));
    }

    @Test
    void aChallengeIsGoodOnceEvenForManyAtOnceAndOnAnotherNode() throws Exception {
        house().register(house().who(house().owner()), key);
        key.counter = 0;
        SoftPasskey still = new SoftPasskey();
        still.counter = 0; // like those that count nothing, so that the counter does not stand in for the challenge
        house().register(house().who(house().invited("ada@example.com", Role.MEMBER)), still);
        PeopleServices other = house().anotherNode();
        String response = still.get(options(), PeopleHouse.URL);
        List<SignIn> outcomes = PeopleHouse.atOnce(20, () -> present(response));
        assertEquals(1, outcomes.stream().filter(SignIn.Done.class::isInstance).count(), outcomes.toString());
        assertInstanceOf(SignIn.Expired.class, present(response));
        assertInstanceOf(SignIn.Expired.class, other.signIn().passkey(response, visitorAt("192.0.2.9")));
    }

    @Test
    void aChallengeIsGoodForFiveMinutesAndForItsPurpose() {
        NewSession owner = house().owner();
        house().register(house().who(owner), key);
        key.counter = 5;
        String late = key.get(options(), PeopleHouse.URL);
        house().pass(Duration.ofMinutes(5));
        assertInstanceOf(SignIn.Expired.class, present(late));
        String registration = done(passkeys().registrationOptions(house().who(owner)));
        assertInstanceOf(SignIn.Expired.class, present(key.get(registration, PeopleHouse.URL)));
        assertInstanceOf(SignIn.Expired.class, present(key.get("{\"challenge\":\"AAAA\"}", PeopleHouse.URL)));
    }

    @Test
    void anotherPersonsRegistrationCannotBeFinished() {
        NewSession owner = house().owner();
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        String options = done(passkeys().registrationOptions(house().who(ada)));
        String response = key.create(options, PeopleHouse.URL);
        assertInstanceOf(MethodChange.Invalid.class, passkeys().register(house().who(owner), response, "stolen"));
        done(passkeys().register(house().who(ada), response, ""));
        assertEquals(
                "Passkey",
                house().services
                        .people()
                        .methods(ada.person().id())
                        .passkeys()
                        .getFirst()
                        .name());
        assertInstanceOf(MethodChange.Invalid.class, passkeys().register(house().who(ada), response, "again"), "used");
    }

    @Test
    void aCredentialBelongsToOnePerson() {
        house().register(house().who(house().owner()), key);
        SignedIn ada = house().who(house().invited("ada@example.com", Role.MEMBER));
        String options = done(passkeys().registrationOptions(ada));
        assertInstanceOf(
                MethodChange.Invalid.class, passkeys().register(ada, key.create(options, PeopleHouse.URL), ""));
        assertEquals(1, house().count("passkey"));
    }

    @Test
    void faultsInARegistrationAreRefused() {
        SignedIn who = house().who(house().owner());
        SoftPasskey unverified = new SoftPasskey();
        unverified.verifiesUser = false;
        SoftPasskey elsewhere = new SoftPasskey();
        elsewhere.forcedRpId = "evil.example.com";
        SoftPasskey framed = new SoftPasskey();
        framed.crossOrigin = true;
        for (SoftPasskey faulty : List.of(unverified, elsewhere, framed)) {
            String options = done(passkeys().registrationOptions(who));
            assertInstanceOf(
                    MethodChange.Invalid.class, passkeys().register(who, faulty.create(options, PeopleHouse.URL), ""));
        }
        for (String origin :
                List.of("https://evil.example.com", "http://gate.example.com", PeopleHouse.URL + ":8443")) {
            String options = done(passkeys().registrationOptions(who));
            assertInstanceOf(MethodChange.Invalid.class, passkeys().register(who, key.create(options, origin), ""));
        }
        assertEquals(0, house().count("passkey"));
    }

    @Test
    void faultsInAnAssertionAreRefused() {
        house().register(house().who(house().owner()), key);
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        key.counter = 9;
        assertInstanceOf(SignIn.Refused.class, present(key.get(options(), "https://evil.example.com")));
        key.verifiesUser = false;
        assertInstanceOf(SignIn.Refused.class, present(key.get(options(), PeopleHouse.URL)));
        key.verifiesUser = true;
        key.forcedRpId = "evil.example.com";
        assertInstanceOf(SignIn.Refused.class, present(key.get(options(), PeopleHouse.URL)));
        key.forcedRpId = "";
        key.crossOrigin = true;
        assertInstanceOf(SignIn.Refused.class, present(key.get(options(), PeopleHouse.URL)));
        key.crossOrigin = false;
        key.forcedUserHandle =
                Base64.getUrlEncoder().encodeToString(ada.person().id().getBytes(StandardCharsets.UTF_8));
        assertInstanceOf(SignIn.Refused.class, present(key.get(options(), PeopleHouse.URL)));
        key.forcedUserHandle = "";
        assertInstanceOf(SignIn.Refused.class, present(new SoftPasskey().get(options(), PeopleHouse.URL)));
        String good = key.get(options(), PeopleHouse.URL);
        JsonNode tree = Json.MAPPER.readTree(good);
        String signature = tree.at("/response/signature").asString();
        String other = Json.MAPPER
                .readTree(key.get(options(), PeopleHouse.URL))
                .at("/response/signature")
                .asString();
        assertInstanceOf(SignIn.Refused.class, present(good.replace(signature, other)));
        in(present(good));
    }

    @Test
    void aCounterThatWentBackIsRefusedAndAudited() {
        NewSession owner = house().owner();
        key.counter = 7;
        house().register(house().who(owner), key);
        key.counter = 8;
        in(present(key.get(options(), PeopleHouse.URL)));
        for (long counter : new long[] {8, 3}) {
            key.counter = counter;
            assertInstanceOf(SignIn.Refused.class, present(key.get(options(), PeopleHouse.URL)));
        }
        assertTrue(house().wasAudited("passkey.counter_went_back"));
        PasskeyInfo info = house().services
                .people()
                .methods(owner.person().id())
                .passkeys()
                .getFirst();
        assertEquals(house().now, info.clonedAt());
        key.counter = 9;
        in(present(key.get(options(), PeopleHouse.URL)));
    }

    @Test
    void nonsenseIsRefusedWhateverItIs() {
        house().register(house().who(house().owner()), key);
        key.counter = 2;
        String good = key.get(options(), PeopleHouse.URL);
        for (String bad : List.of(
                "",
                "null",
                "[]",
                "{}",
                "1",
                "{\"id\":1}",
                "{\"response\":{}}",
                good.substring(1),
                "x".repeat(100_000),
                good.replace("signature", "sign"),
                good.replace("userHandle", "user"),
                good.replace("\"id\"", "\"no\""),
                good.replace("authenticatorData\":\"", "authenticatorData\":\"AA"),
                good.replaceAll("\"clientDataJSON\":\"[^\"]*\"", "\"clientDataJSON\":\"e30\""),
                good.replaceAll("\"clientDataJSON\":\"[^\"]*\"", "\"clientDataJSON\":null"),
                good.replaceAll("\"rawId\":\"[^\"]*\"", "\"rawId\":\"\""))) {
            SignIn outcome = present(bad);
            boolean refused = outcome instanceof SignIn.Refused || outcome instanceof SignIn.Expired;
            assertTrue(refused || !bad.contains("signature"), outcome + " for " + bad);
            SignedIn who = house().who(
                            house().invited("p" + Integer.toHexString(bad.hashCode()) + "@example.com", Role.MEMBER));
            assertInstanceOf(MethodChange.Invalid.class, passkeys().register(who, bad, ""));
        }
        assertEquals(1, house().count("passkey"));
    }

    @Test
    void aPasskeyIsRenamedAndRemovedByItsOwnPersonOnly() {
        NewSession owner = house().owner();
        PasskeyInfo info = house().register(house().who(owner), key);
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        assertInstanceOf(MethodChange.Invalid.class, passkeys().rename(house().who(ada), info.id(), "mine"));
        assertInstanceOf(MethodChange.Invalid.class, passkeys().remove(house().who(ada), info.id()));
        assertEquals(
                "Phone",
                done(passkeys().rename(house().who(owner), info.id(), " Phone "))
                        .name());
        assertInstanceOf(MethodChange.Invalid.class, passkeys().rename(house().who(owner), info.id(), "  "));
    }

    @Test
    void theLastWayToSignInStays() throws Exception {
        NewSession owner = house().owner();
        PasskeyInfo first = house().register(house().who(owner), key);
        assertInstanceOf(MethodChange.LastMethod.class, passkeys().remove(house().who(owner), first.id()));
        PasskeyInfo second = house().register(house().who(owner), new SoftPasskey());
        SignedIn who = house().who(owner);
        List<MethodChange<PasskeyInfo>> both = PeopleHouse.atOnce(2, new Callable<>() {
            private boolean next;

            @Override
            public synchronized MethodChange<PasskeyInfo> call() {
                next = !next;
                return passkeys().remove(who, next ? first.id() : second.id());
            }
        });
        assertEquals(
                1, both.stream().filter(MethodChange.Done.class::isInstance).count(), both.toString());
        assertEquals(1, house().count("passkey"));
    }

    @Test
    void aRemovedPasskeyAndASuspendedPersonStayOutside() {
        house().settledOwner();
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        SoftPasskey hers = new SoftPasskey();
        PasskeyInfo first = house().register(house().who(ada), hers);
        SoftPasskey second = new SoftPasskey();
        house().register(house().who(ada), second);
        done(passkeys().remove(house().who(ada), first.id()));
        assertInstanceOf(SignIn.Refused.class, present(hers.get(options(), PeopleHouse.URL)));
        house().services.people().suspend(ada.person().id(), Actor.OWNER_TOKEN);
        second.counter = 2;
        assertInstanceOf(SignIn.Refused.class, present(second.get(options(), PeopleHouse.URL)));
        house().services.people().restore(ada.person().id(), Actor.OWNER_TOKEN);
        second.counter = 3;
        in(present(second.get(options(), PeopleHouse.URL)));
    }

    @Test
    void newOnesNeedARecentSignIn() {
        NewSession owner = house().owner();
        PasskeyInfo info = house().register(house().who(owner), key);
        house().pass(Session.RECENT);
        SignedIn who = house().who(owner);
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, passkeys().registrationOptions(who));
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, passkeys().register(who, "{}", ""));
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, passkeys().remove(who, info.id()));
        key.counter = 2;
        Visitor here = new Visitor("192.0.2.1", "", owner.deviceToken(), owner.cookie());
        NewSession again = in(house().services.signIn().passkey(key.get(options(), PeopleHouse.URL), here));
        assertEquals(Optional.empty(), house().services.sessions().find(owner.cookie()), "the new one took its place");
        done(passkeys().registrationOptions(house().who(again)));
    }

    @Test
    void thereAreNoneAtABareAddressOrWithoutTls() {
        NewSession owner = house().owner();
        for (String url : List.of("https://203.0.113.7", "http://gate.example.com", "https://[2001:db8::1]:8443", "")) {
            house().url = url;
            assertEquals(Optional.empty(), passkeys().signInOptions(), url);
            assertInstanceOf(MethodChange.Invalid.class, passkeys().registrationOptions(house().who(owner)));
        }
        house().url = "http://127.0.0.1:8080";
        String options = done(passkeys().registrationOptions(house().who(owner)));
        assertEquals("localhost", Json.MAPPER.readTree(options).at("/rp/id").asString());
        done(passkeys().register(house().who(owner), key.create(options, "http://localhost:8080"), ""));
    }
}
