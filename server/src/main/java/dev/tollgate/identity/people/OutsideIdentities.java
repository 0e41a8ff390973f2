package dev.tollgate.identity.people;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * Who people are at OpenID providers. A link needs proof of both: of the person by a recent sign-in here, of the identity
 * by an ID token that whoever calls has verified. An equal email is no proof of anything.
 */
public final class OutsideIdentities {
    private static final int LONGEST_ISSUER = 512;
    /** OpenID Connect Core 1.0 section 2: a subject has at most 255 ASCII characters. */
    private static final int LONGEST_SUBJECT = 255;

    private static final int LONGEST_EMAIL = 254;
    private static final int MOST_OF_ONE_PERSON = 10;

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;

    OutsideIdentities(Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /** Whose identity this is. Blocking, as all here. */
    public Optional<Person> byOutside(String issuer, String subject) {
        return store.read(handle -> OutsideTable.find(handle, issuer, subject)
                .flatMap(identity -> PersonTable.byId(handle, identity.personId())));
    }

    /** Links an identity to a person; doing it again changes nothing. */
    public MethodChange<OutsideIdentity> link(SignedIn who, String issuer, String subject, String email) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!who.session().recent(now)) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        if (!canBeKept(issuer, subject)) {
            return new MethodChange.Invalid<>("This sign-in has no name to keep.", "Tell whoever runs its provider.");
        }
        String personId = who.person().id();
        OutsideIdentity identity =
                new OutsideIdentity(issuer, subject, personId, StoredText.clean(email, LONGEST_EMAIL), now, null);
        return store.write(tx -> {
            if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            Optional<OutsideIdentity> present = OutsideTable.find(tx.handle(), issuer, subject);
            if (present.isPresent() && present.get().personId().equals(personId)) {
                return new MethodChange.Done<>(present.get());
            }
            if (OutsideTable.of(tx.handle(), personId).size() >= MOST_OF_ONE_PERSON) {
                return new MethodChange.Invalid<>(
                        "You have " + MOST_OF_ONE_PERSON + " other sign-ins.", "Remove one first.");
            }
            if (!OutsideTable.insert(tx.handle(), identity)) {
                return new MethodChange.Invalid<>(
                        "This sign-in belongs to somebody else here.", "Sign in with it, and remove it there first.");
            }
            record(tx, audit, "person.outside_linked", identity);
            return new MethodChange.Done<>(identity);
        });
    }

    /** Takes the link away; not if it is the last way to sign in. */
    public MethodChange<OutsideIdentity> unlink(SignedIn who, String issuer, String subject) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        String personId = who.person().id();
        return store.write(tx -> {
            if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            Optional<OutsideIdentity> identity = OutsideTable.find(tx.handle(), issuer, subject)
                    .filter(found -> found.personId().equals(personId));
            if (identity.isEmpty()) {
                return new MethodChange.Invalid<>("You have no such sign-in.", "It may have been removed meanwhile.");
            }
            Methods methods = MethodTable.of(tx.handle(), personId);
            if (methods.count() == 1 && methods.outside().contains(identity.get())) {
                return new MethodChange.LastMethod<>();
            }
            OutsideTable.delete(tx.handle(), identity.get());
            record(tx, audit, "person.outside_unlinked", identity.get());
            return new MethodChange.Done<>(identity.get());
        });
    }

    /**
     * How many people could not sign in any more without these issuers; to be asked in the write that takes them away.
     *
     * @param left that are still there
     */
    public static long countOnlyBy(WriteSession tx, Set<String> removed, Set<String> left) {
        return PersonTable.countOnlyBy(tx.handle(), removed, left);
    }

    /** Links an identity that was free within this very write. */
    static void insert(WriteSession tx, AuditTrail audit, OutsideIdentity identity) {
        if (!OutsideTable.insert(tx.handle(), identity)) {
            throw new IllegalStateException("An outside identity was linked meanwhile.");
        }
        record(tx, audit, "person.outside_linked", identity);
    }

    private static void record(WriteSession tx, AuditTrail audit, String action, OutsideIdentity identity) {
        String details = Texts.details("issuer", identity.issuer(), "subject", identity.subject());
        audit.record(tx, identity.personId(), action, identity.personId(), details);
    }

    static boolean canBeKept(String issuer, String subject) {
        return isPlain(issuer, LONGEST_ISSUER) && isPlain(subject, LONGEST_SUBJECT);
    }

    private static boolean isPlain(String text, int longest) {
        return !text.isBlank()
                && text.length() <= longest
                && StoredText.clean(text, longest).equals(text);
    }
}
