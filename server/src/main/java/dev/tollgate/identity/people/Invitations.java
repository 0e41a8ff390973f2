package dev.tollgate.identity.people;

import dev.tollgate.identity.Accounts;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * How people come in: an administrator makes a link for an email and gives it to its person. It works once, for a week,
 * and can be taken back. Somebody who has no way to sign in left is invited again.
 */
public final class Invitations {
    /** How long a link works. */
    public static final Duration LIFE = Duration.ofDays(7);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Sessions sessions;
    private final People people;
    private final InvitationUse use;

    Invitations(Store store, AuditTrail audit, InstantSource clock, Sessions sessions, People people) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.sessions = sessions;
        this.people = people;
        this.use = new InvitationUse(audit, sessions, people);
    }

    /** As {@link #invite(String, Role, String, List, Actor)}, into the account {@link Accounts#DEFAULT}. */
    public NewInvitation invite(String email, Role role, List<String> groups, Actor actor) {
        return invite(email, role, Accounts.DEFAULT, groups, actor);
    }

    /**
     * Makes a link, in place of any open one for the same email. Blocking, as all here.
     *
     * @param role what its person is to be; somebody who is here already stays what they are
     * @throws Refusal if the actor may not, a value is not well formed, or the person can sign in already
     */
    public NewInvitation invite(String email, Role role, String account, List<String> groups, Actor actor) {
        String normal = Texts.email(email)
                .orElseThrow(() -> Refusal.invalid("That is no email address.", "Give one such as ada@example.com."));
        People.requireLabels(account, groups);
        Instant now = now();
        String text = Link.INVITATION.fresh();
        Invitation invitation = new Invitation(
                Ids.sortable("inv", now.toEpochMilli()),
                normal,
                role,
                account,
                Texts.split(Texts.joined(groups)),
                actor.name(),
                now,
                now.plus(LIFE),
                Invitation.State.OPEN,
                null);
        store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            Actor present = PersonTable.present(tx.handle(), actor);
            requireMay(present, role);
            requireCannotSignIn(tx.handle(), normal, present);
            for (Invitation former : InvitationTable.open(tx.handle(), normal, now)) {
                requireMayReplace(present, former);
                end(tx, former, present, now);
            }
            InvitationTable.insert(tx.handle(), invitation, Texts.hash(text));
            audit.record(tx, actor.name(), "invitation.created", invitation.id(), describe(invitation));
            return invitation;
        });
        return new NewInvitation(invitation, text);
    }

    private static void requireMay(Actor actor, Role role) {
        if (!actor.role().mayDispose(role)) {
            throw Refusal.forbidden(
                    "You may not invite somebody as " + role.wireName() + ".", "Ask an administrator or an owner.");
        }
    }

    private static void requireMayReplace(Actor actor, Invitation former) {
        if (!actor.role().mayDispose(former.role())) {
            throw Refusal.forbidden(
                    "Somebody else has invited this person as " + former.role().wireName() + ".",
                    "Ask an owner to take that invitation back first.");
        }
    }

    private void end(WriteSession tx, Invitation invitation, Actor actor, Instant now) {
        if (InvitationTable.revoke(tx.handle(), invitation.id(), now.toEpochMilli())) {
            audit.record(tx, actor.name(), "invitation.revoked", invitation.id(), describe(invitation));
        }
    }

    private static void requireCannotSignIn(Handle handle, String email, Actor actor) {
        Optional<Person> known = PersonTable.byEmail(handle, email);
        if (known.isEmpty()) {
            return;
        }
        Person person = known.get();
        requireMay(actor, person.role());
        if (!person.active()) {
            throw Refusal.conflict("This person is suspended.", "Restore the person first.");
        }
        if (MethodTable.of(handle, person.id()).any()) {
            throw Refusal.conflict(
                    "This person can sign in already.", "If they have lost their ways to sign in, reset those first.");
        }
    }

    /** All invitations, the newest first, whatever has become of them. */
    public List<Invitation> list() {
        return store.read(handle -> InvitationTable.all(handle, clock.instant()));
    }

    /**
     * Takes an invitation back. One that is over stays as it is.
     *
     * @throws Refusal if the actor may not, or there is no such invitation
     */
    public Invitation revoke(String id, Actor actor) {
        Instant now = now();
        return store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            Invitation invitation = InvitationTable.byId(tx.handle(), id, now)
                    .orElseThrow(() -> Refusal.notFound("There is no such invitation.", "List them first."));
            requireMay(PersonTable.present(tx.handle(), actor), invitation.role());
            end(tx, invitation, actor, now);
            return InvitationTable.byId(tx.handle(), id, now).orElseThrow();
        });
    }

    /** The invitation of a link, be it open or over. Uses nothing up, as mail scanners open links. */
    public Optional<Invitation> peek(String text) {
        return Link.INVITATION.hasForm(text)
                ? store.read(handle -> InvitationTable.byHash(handle, Texts.hash(text), clock.instant()))
                : Optional.empty();
    }

    /** Why a link opens nothing; empty if it does. Uses nothing up. */
    public Optional<Redeemed.Reason> over(String text) {
        return over(peek(text));
    }

    /** Lets the invited person in; the link is void. */
    public Redeemed redeem(String text, String name, Visitor visitor) {
        Optional<String> shown = Texts.name(name);
        if (shown.isEmpty()) {
            return new Redeemed.Invalid("name", "Type your name.");
        }
        if (!Link.INVITATION.hasForm(text)) {
            return new Redeemed.Refused(Redeemed.Reason.UNKNOWN);
        }
        Sessions.Draft draft = sessions.draft(SignInWay.INVITATION, visitor);
        Redeemed redeemed = store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            Optional<Invitation> known = InvitationTable.byHash(tx.handle(), Texts.hash(text), draft.at());
            Optional<Redeemed.Reason> over = over(known);
            return over.isPresent()
                    ? new Redeemed.Refused(over.get())
                    : outcome(use.letIn(tx, known.orElseThrow(), shown.get(), draft));
        });
        if (redeemed instanceof Redeemed.Done done) {
            people.committed(done.signedIn().person());
        }
        return redeemed;
    }

    /**
     * Lets in the person who is invited under an email that an OpenID provider says is verified, and links that identity
     * in the same write. The session is as fresh as the sign-in there. Refused as unknown, if nobody is invited under it.
     */
    public Redeemed redeemByEmail(OutsidePerson outside, Visitor visitor) {
        Optional<String> email = outside.emailVerified() ? Texts.email(outside.email()) : Optional.empty();
        if (email.isEmpty()) {
            return new Redeemed.Refused(Redeemed.Reason.UNKNOWN);
        }
        Sessions.Draft draft = sessions.draft(SignInWay.INVITATION, outside.provedAt(), visitor);
        Redeemed redeemed = store.write(tx -> {
            PersonTable.lockAll(tx.handle());
            // One at most: a new one takes the place of the others.
            Optional<Invitation> open = InvitationTable.open(tx.handle(), email.get(), draft.at()).stream()
                    .findFirst();
            return open.isEmpty() || isLinked(tx.handle(), outside)
                    ? new Redeemed.Refused(Redeemed.Reason.UNKNOWN)
                    : outcome(use.letIn(tx, open.get(), outside, draft));
        });
        if (redeemed instanceof Redeemed.Done done) {
            people.committed(done.signedIn().person());
        }
        return redeemed;
    }

    /**
     * Lets the invited person in by the link, and links the identity by which they come in the same write: the link proves
     * the one, the provider's sign-in the other. An email that the provider names must be the invitation's, verified or not;
     * with another, somebody may have been handed a link that is not theirs. Whatever else comes of it, the link stays good.
     */
    public OutsideRedeemed redeemByLink(String text, OutsidePerson outside, Visitor visitor) {
        if (!Link.INVITATION.hasForm(text)) {
            return new OutsideRedeemed.LinkOver(Redeemed.Reason.UNKNOWN);
        }
        Sessions.Draft draft = sessions.draft(SignInWay.INVITATION, visitor);
        OutsideRedeemed redeemed = store.write(tx -> redeemByLink(tx, Texts.hash(text), outside, draft));
        if (redeemed instanceof OutsideRedeemed.Done done) {
            people.committed(done.signedIn().person());
        }
        return redeemed;
    }

    private OutsideRedeemed redeemByLink(WriteSession tx, String hash, OutsidePerson outside, Sessions.Draft draft) {
        PersonTable.lockAll(tx.handle());
        Optional<Invitation> known = InvitationTable.byHash(tx.handle(), hash, draft.at());
        Optional<Redeemed.Reason> over = over(known);
        if (over.isPresent()) {
            return new OutsideRedeemed.LinkOver(over.get());
        }
        Invitation invitation = known.orElseThrow();
        boolean theirs =
                outside.email().isEmpty() || Texts.email(outside.email()).equals(Optional.of(invitation.email()));
        if (!theirs) {
            return new OutsideRedeemed.OtherEmail(invitation.email());
        }
        if (isLinked(tx.handle(), outside)) {
            return new OutsideRedeemed.LinkedAlready();
        }
        return use.letIn(tx, invitation, outside, draft)
                .<OutsideRedeemed>map(OutsideRedeemed.Done::new)
                .orElseGet(() -> new OutsideRedeemed.LinkOver(Redeemed.Reason.USED));
    }

    private static boolean isLinked(Handle handle, OutsidePerson outside) {
        return OutsideTable.find(handle, outside.issuer(), outside.subject()).isPresent();
    }

    private static Redeemed outcome(Optional<NewSession> in) {
        return in.<Redeemed>map(Redeemed.Done::new).orElseGet(() -> new Redeemed.Refused(Redeemed.Reason.USED));
    }

    private static Optional<Redeemed.Reason> over(Optional<Invitation> known) {
        return known.isEmpty()
                ? Optional.of(Redeemed.Reason.UNKNOWN)
                : known.get().over();
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    static String describe(Invitation invitation) {
        return Texts.details(
                "email", invitation.email(),
                "role", invitation.role().wireName(),
                "account", invitation.account(),
                "groups", invitation.groups());
    }
}
