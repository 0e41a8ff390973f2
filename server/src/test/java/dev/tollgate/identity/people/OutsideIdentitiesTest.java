package dev.tollgate.identity.people;

import static dev.tollgate.identity.people.PeopleHouse.done;
import static dev.tollgate.identity.people.PeopleHouse.in;
import static dev.tollgate.identity.people.PeopleHouse.visitorAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutsideIdentitiesTest extends PeopleCase {
    private static final String ISSUER = "https://accounts.example.com";
    private static final Visitor VISITOR = visitorAt("192.0.2.9");
    private static final Redeemed UNKNOWN = new Redeemed.Refused(Redeemed.Reason.UNKNOWN);

    @BeforeEach
    void hasAProvider() {
        house().addProvider("example", ISSUER);
    }

    private OutsideIdentities outside() {
        return house().services.outside();
    }

    @Test
    void aLinkedIdentitySignsItsPersonIn() {
        NewSession owner = house().owner();
        done(outside().link(house().who(owner), ISSUER, "248289761001", "olga@corp.example"));
        NewSession session = in(desk().outside(at("248289761001"), VISITOR));
        assertEquals(owner.person(), session.person());
        assertEquals(SignInWay.OUTSIDE, session.session().way());
        assertEquals(List.of(), session.session().way().amr());
        assertEquals(Optional.of(owner.person()), outside().byOutside(ISSUER, "248289761001"));
        OutsideIdentity used = people().methods(owner.person().id()).outside().getFirst();
        assertEquals(house().now, used.lastUsedAt());
        assertTrue(house().wasAudited("person.outside_linked"));
    }

    @Test
    void anEqualEmailProvesNothing() {
        house().settledOwner();
        assertEquals(new SignIn.Refused(), desk().outside(at("olga@example.com"), VISITOR));
        assertEquals(new SignIn.Refused(), desk().outside(at("1"), VISITOR));
        assertEquals(Optional.empty(), outside().byOutside(ISSUER, "1"));
    }

    @Test
    void anIdentityBelongsToOnePersonAndOneIssuer() {
        NewSession owner = house().settledOwner();
        SignedIn ada = house().who(house().invited("ada@example.com", Role.MEMBER));
        OutsideIdentity linked = done(outside().link(house().who(owner), ISSUER, "1", "o@corp.example"));
        assertEquals(linked, done(outside().link(house().who(owner), ISSUER, "1", "other@corp.example")));
        assertInstanceOf(MethodChange.Invalid.class, outside().link(ada, ISSUER, "1", "o@corp.example"));
        assertEquals(
                new SignIn.Refused(),
                desk().outside(new OutsidePerson("https://evil.example.com", "1", "", false, "", null), VISITOR));
        assertInstanceOf(MethodChange.Invalid.class, outside().unlink(ada, ISSUER, "1"));
        in(desk().outside(at("1"), VISITOR));
    }

    @Test
    void linkingNeedsARecentSignInAndAPlainName() {
        NewSession owner = house().owner();
        SignedIn who = house().who(owner);
        for (String bad : List.of("", " ", "a\nb", "x".repeat(256))) {
            assertInstanceOf(MethodChange.Invalid.class, outside().link(who, ISSUER, bad, ""));
        }
        assertInstanceOf(MethodChange.Invalid.class, outside().link(who, "", "1", ""));
        done(outside().link(who, ISSUER, "1", ""));
        house().pass(Session.RECENT);
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, outside().link(who, ISSUER, "2", ""));
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, outside().unlink(who, ISSUER, "1"));
    }

    @Test
    void theLastWayToSignInStaysAndSuspendedPeopleStayOutside() {
        house().settledOwner();
        NewSession ada = house().invited("ada@example.com", Role.MEMBER);
        SignedIn who = house().who(ada);
        done(outside().link(who, ISSUER, "1", ""));
        assertInstanceOf(MethodChange.LastMethod.class, outside().unlink(who, ISSUER, "1"));
        done(outside().link(who, ISSUER, "2", ""));
        done(outside().unlink(who, ISSUER, "1"));
        assertEquals(new SignIn.Refused(), desk().outside(at("1"), VISITOR));
        people().suspend(ada.person().id(), Actor.OWNER_TOKEN);
        assertEquals(new SignIn.Refused(), desk().outside(at("2"), VISITOR));
        assertInstanceOf(
                MethodChange.NeedsRecentSignIn.class, outside().link(who, ISSUER, "3", ""), "nor do they link");
    }

    private static OutsidePerson at(String subject) {
        return at(subject, "", false);
    }

    private static OutsidePerson at(String subject, String email, boolean verified) {
        return new OutsidePerson(ISSUER, subject, email, verified, " ", null);
    }

    private NewSession signedInThere(@Nullable Instant provedAt) {
        return in(desk().outside(new OutsidePerson(ISSUER, "1", "", false, "", provedAt), VISITOR));
    }

    @Test
    void aSessionIsAsFreshAsTheSignInThere() {
        NewSession owner = house().owner();
        done(outside().link(house().who(owner), ISSUER, "1", ""));
        Instant hourAgo = house().now.minus(Duration.ofHours(1));
        SignedIn hour = house().who(signedInThere(hourAgo));
        assertEquals(hourAgo, hour.session().authenticatedAt());
        assertEquals(house().now, hour.session().beganAt());
        assertInstanceOf(MethodChange.NeedsRecentSignIn.class, outside().link(hour, ISSUER, "2", ""));
        SignedIn fresh = house().who(signedInThere(house().now.minusSeconds(1)));
        done(outside().link(fresh, ISSUER, "2", ""));
        Session ahead = house().who(signedInThere(house().now.plusSeconds(20))).session();
        assertEquals(house().now, ahead.authenticatedAt(), "a clock that is fast gives nobody more time");
    }

    @Test
    void aSignInThereOfALongTimeAgoOrOfNobodyKnowsWhenProvesNothingFreshAndLastsADay() {
        NewSession owner = house().owner();
        done(outside().link(house().who(owner), ISSUER, "1", ""));
        for (Instant provedAt : Arrays.asList(null, Instant.EPOCH, house().now.minus(Duration.ofDays(40)))) {
            NewSession in = signedInThere(provedAt);
            SignedIn who = house().who(in);
            assertEquals(house().now.minus(Session.ELSEWHERE), who.session().authenticatedAt());
            assertInstanceOf(MethodChange.NeedsRecentSignIn.class, outside().link(who, ISSUER, "2", ""));
            Instant before = house().now;
            house().pass(Duration.ofHours(11));
            house().who(in);
            house().pass(Duration.ofHours(11));
            house().who(in);
            house().pass(Duration.ofHours(2));
            assertEquals(Optional.empty(), sessions().find(in.cookie()));
            house().now = before;
        }
    }

    @Test
    void whoComesInByAVerifiedEmailAloneIsNoFresherThanTheSignInThere() {
        invitations().invite("ada@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN);
        NewSession in = assertInstanceOf(Redeemed.Done.class, redeem("1", "ada@example.com"))
                .signedIn();
        assertEquals(house().now.minus(Session.ELSEWHERE), in.session().authenticatedAt());
        assertInstanceOf(
                MethodChange.NeedsRecentSignIn.class,
                house().services.passwords().begin(house().who(in), PeopleHouse.PASSWORD));
    }

    @Test
    void guessingAtAPasswordHoldsUpNoSignInElsewhere() {
        NewSession owner = house().owner();
        done(outside().link(house().who(owner), ISSUER, "1", ""));
        for (int i = 0; i < 1_000; i++) {
            desk().password("olga@example.com", "guess", visitorAt("10.0." + i % 256 + ".7"));
        }
        assertInstanceOf(SignIn.Throttled.class, desk().password("olga@example.com", "guess", VISITOR));
        signedInThere(null);
    }

    private Redeemed redeem(String subject, String email) {
        return invitations().redeemByEmail(at(subject, email, true), VISITOR);
    }

    @Test
    void whoeverIsInvitedUnderAVerifiedEmailIsLinkedByComingIn() {
        invitations().invite("ada@example.com", Role.ADMIN, List.of("core"), Actor.OWNER_TOKEN);
        assertEquals(UNKNOWN, redeem("1", "eve@example.com"));
        assertEquals(UNKNOWN, redeem("1", "no email"));
        assertEquals(UNKNOWN, invitations().redeemByEmail(at("1", "ada@example.com", false), VISITOR));
        NewSession in = assertInstanceOf(Redeemed.Done.class, redeem("1", "ADA@example.com"))
                .signedIn();
        assertEquals("ada", in.person().name(), "a name that is none gives way to the email's");
        assertEquals(Role.ADMIN, in.person().role());
        assertEquals(in.person(), in(desk().outside(at("1"), VISITOR)).person());
        assertEquals(UNKNOWN, redeem("2", "ada@example.com"), "the invitation is used");
        assertEquals(Invitation.State.REDEEMED, invitations().list().getFirst().state());
        assertTrue(house().wasAudited("person.outside_linked"));
    }

    @Test
    void aLinkedIdentityUsesUpNobodysInvitation() {
        NewSession owner = house().settledOwner();
        done(outside().link(house().who(owner), ISSUER, "1", ""));
        invitations().invite("ada@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN);
        assertEquals(UNKNOWN, redeem("1", "ada@example.com"));
        assertEquals(Invitation.State.OPEN, invitations().list().getFirst().state());
        house().pass(Invitations.LIFE);
        assertEquals(UNKNOWN, redeem("2", "ada@example.com"), "it is over");
        assertEquals(Optional.empty(), people().byEmail("ada@example.com"));
    }

    @Test
    void ofManyWhoComeInAtOnceByOneInvitationOneDoes() throws Exception {
        invitations().invite("ada@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN);
        List<Redeemed> outcomes = PeopleHouse.atOnce(20, () -> redeem("1", "ada@example.com"));
        assertEquals(
                1, outcomes.stream().filter(Redeemed.Done.class::isInstance).count());
    }

    private NewInvitation invitation() {
        return invitations().invite("ada@example.com", Role.ADMIN, List.of("core"), Actor.OWNER_TOKEN);
    }

    private OutsideRedeemed byLink(NewInvitation invitation, OutsidePerson outside) {
        return invitations().redeemByLink(invitation.text(), outside, VISITOR);
    }

    @Test
    void aLinkLetsInWhoeverAProviderProvesAndLinksThem() {
        // Verified, unverified (Microsoft's are), and none at all: the link is the proof.
        for (OutsidePerson outside : List.of(at("1", "ADA@example.com", true), at("2", "", false))) {
            NewInvitation invitation = invitation();
            NewSession in = assertInstanceOf(OutsideRedeemed.Done.class, byLink(invitation, outside))
                    .signedIn();
            assertEquals("ada", in.person().name());
            assertEquals(Role.ADMIN, in.person().role());
            assertEquals(List.of("core"), in.person().groups());
            assertEquals(in.person(), house().who(in).person());
            assertEquals(
                    in.person(),
                    in(desk().outside(at(outside.subject()), VISITOR)).person());
            assertEquals(new OutsideRedeemed.LinkOver(Redeemed.Reason.USED), byLink(invitation, at("9", "", false)));
            assertEquals(Optional.empty(), outside().byOutside(ISSUER, "9"));
            people().resetSignIn(in.person().id(), Actor.OWNER_TOKEN);
        }
        assertInstanceOf(OutsideRedeemed.Done.class, byLink(invitation(), at("3", "ada@example.com", false)));
        assertEquals(1, people().list().size(), "who was invited again stays who they are");
    }

    @Test
    void anotherEmailIsRefusedVerifiedOrNotAndTheLinkStaysGood() {
        NewInvitation invitation = invitation();
        for (boolean verified : List.of(true, false)) {
            for (String other : List.of("eve@example.com", "ada@example.com.evil.example", "no email", " ")) {
                assertEquals(
                        new OutsideRedeemed.OtherEmail("ada@example.com"),
                        byLink(invitation, at("1", other, verified)));
            }
        }
        assertEquals(Optional.empty(), outside().byOutside(ISSUER, "1"));
        assertEquals(List.of(), people().list());
        assertEquals(Optional.empty(), invitations().over(invitation.text()));
        assertInstanceOf(OutsideRedeemed.Done.class, byLink(invitation, at("1", "ada@example.com", true)));
    }

    @Test
    void anIdentityOfSomebodyElseAcceptsNothingAndTheLinkStaysGood() {
        NewSession owner = house().settledOwner();
        done(outside().link(house().who(owner), ISSUER, "1", ""));
        NewInvitation invitation = invitation();
        assertEquals(new OutsideRedeemed.LinkedAlready(), byLink(invitation, at("1", "ada@example.com", true)));
        assertEquals(Optional.of(owner.person()), outside().byOutside(ISSUER, "1"));
        assertEquals(Optional.empty(), people().byEmail("ada@example.com"));
        assertEquals(Optional.empty(), invitations().over(invitation.text()));
    }

    @Test
    void aLinkThatIsOverOrNoneLinksNobody() {
        NewInvitation taken = invitation();
        invitations().revoke(taken.invitation().id(), Actor.OWNER_TOKEN);
        assertEquals(new OutsideRedeemed.LinkOver(Redeemed.Reason.REVOKED), byLink(taken, at("1", "", false)));
        NewInvitation late = invitation();
        house().pass(Invitations.LIFE);
        assertEquals(new OutsideRedeemed.LinkOver(Redeemed.Reason.EXPIRED), byLink(late, at("1", "", false)));
        for (String none : List.of("", "tgi_" + "0".repeat(32), "tgf_" + "0".repeat(32), late.text() + "x")) {
            assertEquals(
                    new OutsideRedeemed.LinkOver(Redeemed.Reason.UNKNOWN),
                    invitations().redeemByLink(none, at("1", "", false), VISITOR));
        }
        assertEquals(0, house().count("outside_identity"));
        assertEquals(0, house().count("person"));
    }

    @Test
    void ofManyBrowsersAtOnceOnOneLinkOneComesInAndOneIdentityIsLinked() throws Exception {
        NewInvitation invitation = invitation();
        PeopleServices other = house().anotherNode();
        AtomicInteger turn = new AtomicInteger();
        List<OutsideRedeemed> outcomes = PeopleHouse.atOnce(40, () -> {
            int mine = turn.getAndIncrement();
            Invitations node = mine % 2 == 0 ? invitations() : other.invitations();
            return node.redeemByLink(invitation.text(), at("subject " + mine, "", false), VISITOR);
        });
        assertEquals(
                1,
                outcomes.stream().filter(OutsideRedeemed.Done.class::isInstance).count());
        assertEquals(
                39,
                outcomes.stream()
                        .filter(new OutsideRedeemed.LinkOver(Redeemed.Reason.USED)::equals)
                        .count());
        assertEquals(1, house().count("outside_identity"));
        assertEquals(1, house().count("person"));
        assertEquals(1, house().count("person_session"));
    }

    @Test
    void whoeverCameInByAnEarlierLinkIsOutOnceItsPersonComesInThroughAProvider() {
        NewSession thief = house().invited("ada@example.com", Role.MEMBER);
        NewSession ada = assertInstanceOf(
                        OutsideRedeemed.Done.class,
                        byLink(
                                invitations().invite("ada@example.com", Role.MEMBER, List.of(), Actor.OWNER_TOKEN),
                                at("1", "ada@example.com", true)))
                .signedIn();
        assertEquals(thief.person().id(), ada.person().id());
        assertEquals(Optional.empty(), sessions().find(thief.cookie()));
        assertTrue(sessions().find(ada.cookie()).isPresent());
    }
}
