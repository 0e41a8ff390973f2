package dev.tollgate.identity.people;

import dev.tollgate.identity.people.PasswordHasher.Lane;
import dev.tollgate.kernel.Argon2;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * People's passwords, each with an authenticator (TOTP) and recovery codes. A password is in force only once the first
 * code of its authenticator has been given, so there is never one without the other.
 */
public final class Passwords {
    private static final String ISSUER = "Tollgate";
    private static final Duration SETUP_LIFE = Duration.ofMinutes(15);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final TextSealer sealer;
    private final PasswordHasher hasher;
    private final RecoveryCodes recovery;
    private final Sessions sessions;

    Passwords(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            TextSealer sealer,
            PasswordHasher hasher,
            RecoveryCodes recovery,
            Sessions sessions) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.sealer = sealer;
        this.hasher = hasher;
        this.recovery = recovery;
        this.sessions = sessions;
    }

    /** Where an authenticator's secret is sealed for. */
    private static String setupPlace(String personId) {
        return "password setup " + personId;
    }

    /** Begins with a password, the first or another, and a new authenticator. Blocking, as all here. */
    public MethodChange<PasswordSetup> begin(SignedIn who, String password) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        Optional<String> objection = PasswordRules.objection(password, who.person());
        if (objection.isPresent()) {
            return new MethodChange.Invalid<>(objection.get(), "Choose another one.");
        }
        return hasher.hash(Argon2.utf8(password), Lane.KNOWN)
                .<MethodChange<PasswordSetup>>map(phc -> new MethodChange.Done<>(setup(who.person(), phc)))
                .orElseGet(MethodChange.Busy::new);
    }

    /** Begins with a new authenticator; the password stays. */
    public MethodChange<PasswordSetup> beginAuthenticator(SignedIn who) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        return store.read(handle -> PasswordTable.find(handle, who.person().id()))
                        .isPresent()
                ? new MethodChange.Done<>(setup(who.person(), ""))
                : noPassword();
    }

    private static <T> MethodChange<T> noPassword() {
        return new MethodChange.Invalid<>("You have no password.", "Set one first.");
    }

    /**
     * Nothing is kept here meanwhile: all of it travels in the ticket, encrypted for this person.
     *
     * @param phc the new password's hash; empty: the password stays
     */
    private PasswordSetup setup(Person person, String phc) {
        String secret = Totp.newSecret();
        String content = Texts.details("phc", phc, "secret", secret, "until", clock.millis() + SETUP_LIFE.toMillis());
        return new PasswordSetup(
                sealer.seal(setupPlace(person.id()), content),
                Totp.provisioningUri(ISSUER, person.email(), secret),
                secret);
    }

    /**
     * Puts a setup in force. All sessions end, and a new one begins in place of the one in use.
     *
     * @param ticket of {@link PasswordSetup}
     * @param code what the new authenticator shows
     */
    public MethodChange<NewPassword> confirm(SignedIn who, String ticket, String code, Visitor visitor) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        String personId = who.person().id();
        JsonNode setup = opened(personId, ticket);
        if (setup == null || clock.millis() >= setup.path("until").asLong()) {
            return new MethodChange.Invalid<>("This took too long.", "Begin again.");
        }
        String secret = setup.path("secret").asString();
        OptionalLong step = Totp.step(secret, code, clock.instant());
        if (step.isEmpty()) {
            return new MethodChange.Invalid<>(
                    "This code is not right.",
                    "Type the newest code, and check that the clock of your authenticator is right.");
        }
        String phc = setup.path("phc").asString();
        String sealed = sealer.seal(personId, secret);
        List<String> codes = RecoveryCodes.fresh();
        Sessions.Draft draft = sessions.successor(who.session(), visitor);
        MethodChange<NewPassword> outcome = store.write(tx -> {
            Optional<Person> person = PersonTable.lockedBy(tx.handle(), who);
            if (person.isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            if (phc.isEmpty() && PasswordTable.find(tx.handle(), personId).isEmpty()) {
                return noPassword();
            }
            if (!phc.isEmpty()) {
                PasswordTable.put(tx.handle(), personId, phc, clock.millis());
            }
            PasswordTable.putAuthenticator(tx.handle(), personId, sealed, step.getAsLong(), clock.millis());
            PasswordTable.putRecoveryCodes(tx.handle(), personId, recovery.macs(personId, codes));
            String action = phc.isEmpty() ? "person.authenticator_set" : "person.password_set";
            return new MethodChange.Done<>(new NewPassword(codes, newSession(tx, person.get(), draft, action)));
        });
        sessions.changed();
        return outcome;
    }

    /** What a ticket was given for, so that it can be shown again after a wrong code; empty if its time is over. */
    public Optional<PasswordSetup> reopen(SignedIn who, String ticket) {
        JsonNode setup = opened(who.person().id(), ticket);
        if (setup == null || clock.millis() >= setup.path("until").asLong()) {
            return Optional.empty();
        }
        String secret = setup.path("secret").asString();
        return Optional.of(new PasswordSetup(
                ticket, Totp.provisioningUri(ISSUER, who.person().email(), secret), secret));
    }

    private @Nullable JsonNode opened(String personId, String ticket) {
        try {
            return Json.MAPPER.readTree(sealer.open(setupPlace(personId), ticket));
        } catch (Refusal | IllegalArgumentException e) {
            return null;
        }
    }

    private NewSession newSession(WriteSession tx, Person person, Sessions.Draft draft, String action) {
        SessionTable.deleteAll(tx.handle(), person.id(), "");
        audit.record(tx, person.id(), action, person.id(), "");
        return sessions.begin(tx, draft, person);
    }

    /** Another password; the authenticator stays. All sessions end, and a new one begins in place of the one in use. */
    public MethodChange<NewSession> change(SignedIn who, String newPassword, Visitor visitor) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        Optional<String> objection = PasswordRules.objection(newPassword, who.person());
        if (objection.isPresent()) {
            return new MethodChange.Invalid<>(objection.get(), "Choose another one.");
        }
        Optional<String> phc = hasher.hash(Argon2.utf8(newPassword), Lane.KNOWN);
        if (phc.isEmpty()) {
            return new MethodChange.Busy<>();
        }
        String personId = who.person().id();
        Sessions.Draft draft = sessions.successor(who.session(), visitor);
        MethodChange<NewSession> outcome = store.write(tx -> {
            Optional<Person> person = PersonTable.lockedBy(tx.handle(), who);
            if (person.isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            if (PasswordTable.find(tx.handle(), personId).isEmpty()) {
                return noPassword();
            }
            PasswordTable.put(tx.handle(), personId, phc.get(), clock.millis());
            return new MethodChange.Done<>(newSession(tx, person.get(), draft, "person.password_changed"));
        });
        sessions.changed();
        return outcome;
    }

    /** Ten new recovery codes; all earlier ones are void. */
    public MethodChange<List<String>> newRecoveryCodes(SignedIn who) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        String personId = who.person().id();
        List<String> codes = RecoveryCodes.fresh();
        return store.write(tx -> {
            if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            if (PasswordTable.find(tx.handle(), personId).isEmpty()) {
                return noPassword();
            }
            PasswordTable.putRecoveryCodes(tx.handle(), personId, recovery.macs(personId, codes));
            audit.record(tx, personId, "person.recovery_codes_made", personId, "");
            return new MethodChange.Done<>(codes);
        });
    }

    /** Takes the password away with its authenticator and codes; not if it is the last way to sign in. */
    public MethodChange<Methods> remove(SignedIn who) {
        if (!who.session().recent(clock.instant())) {
            return new MethodChange.NeedsRecentSignIn<>();
        }
        String personId = who.person().id();
        return store.write(tx -> {
            if (PersonTable.lockedBy(tx.handle(), who).isEmpty()) {
                return new MethodChange.NeedsRecentSignIn<>();
            }
            Methods methods = MethodTable.of(tx.handle(), personId);
            if (!methods.password()) {
                return noPassword();
            }
            if (methods.count() == 1) {
                return new MethodChange.LastMethod<>();
            }
            PasswordTable.delete(tx.handle(), personId);
            audit.record(tx, personId, "person.password_removed", personId, "");
            return new MethodChange.Done<>(MethodTable.of(tx.handle(), personId));
        });
    }
}
