package dev.tollgate.identity.people;

import dev.tollgate.identity.people.DeviceTokens.Device;
import dev.tollgate.identity.people.PasswordHasher.Lane;
import dev.tollgate.identity.people.PasswordTable.Account;
import dev.tollgate.identity.people.PasswordTable.Authenticator;
import dev.tollgate.identity.people.Throttle.Entry;
import dev.tollgate.identity.people.Tickets.Ticket;
import dev.tollgate.kernel.Argon2;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Where people sign in. Nothing here tells whether an email has a person: not an outcome, not a wait, and not the time that
 * it takes.
 */
public final class SignInDesk {
    private static final String STEP = "code after password";
    private static final Duration STEP_LIFE = Duration.ofMinutes(10);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final TextSealer sealer;
    private final Tickets tickets;
    private final DeviceTokens devices;
    private final PasswordHasher hasher;
    private final RecoveryCodes recovery;
    private final Passkeys passkeys;
    private final SignInFinish finish;
    private final Throttle passwords;
    private final Throttle codes;

    SignInDesk(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            TextSealer sealer,
            Tickets tickets,
            DeviceTokens devices,
            PasswordHasher hasher,
            RecoveryCodes recovery,
            Passkeys passkeys,
            SignInFinish finish) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.sealer = sealer;
        this.tickets = tickets;
        this.devices = devices;
        this.hasher = hasher;
        this.recovery = recovery;
        this.passkeys = passkeys;
        this.finish = finish;
        this.passwords = new Throttle(clock, Throttle.Limits.PASSWORDS);
        this.codes = new Throttle(clock, Throttle.Limits.CODES);
    }

    /** The first half of a sign-in by password; a code follows always. Blocking, as all here. */
    public SignIn password(String email, String password, Visitor visitor) {
        String normal = Texts.email(email).orElse("");
        Account account =
                store.read(handle -> PasswordTable.byEmail(handle, normal)).orElse(null);
        Device device = account == null ? null : known(visitor, account.person().id());
        return switch (passwords.enter(normal, visitor.address(), device)) {
            case Entry.Wait wait -> new SignIn.Throttled(wait.time(), device == null);
            case Entry.Admitted admitted ->
                judge(account, password, admitted, device == null ? Lane.NEWCOMERS : Lane.KNOWN);
        };
    }

    private SignIn judge(@Nullable Account account, String password, Entry.Admitted attempt, Lane lane) {
        boolean tooLong = password.length() > PasswordRules.MOST_BYTES;
        String phc = account == null || tooLong ? null : account.phc();
        byte[] bytes = tooLong ? new byte[0] : Argon2.utf8(password);
        return switch (hasher.verify(phc, bytes, lane)) {
            case PasswordHasher.Verdict.NoRoom noRoom -> {
                attempt.notMade().run();
                yield new SignIn.Busy();
            }
            case PasswordHasher.Verdict.Differs differs -> new SignIn.Refused();
            case PasswordHasher.Verdict.Matches matches -> {
                if (account == null || phc == null || !account.person().active()) {
                    yield new SignIn.Refused();
                }
                attempt.right().run();
                String personId = account.person().id();
                String current = matches.outdated() ? rehashed(personId, phc, bytes, lane) : phc;
                yield new SignIn.NeedsTotp(tickets.issue(STEP, personId + " " + Texts.hash(current), STEP_LIFE));
            }
        };
    }

    private String rehashed(String personId, String former, byte[] password, Lane lane) {
        Optional<String> anew = hasher.hash(password, lane);
        if (anew.isEmpty()) {
            return former;
        }
        store.write(tx -> {
            PasswordTable.rehash(tx.handle(), personId, former, anew.get());
            return true;
        });
        return anew.get();
    }

    /** The device, if this person has signed in with it before. */
    private @Nullable Device known(Visitor visitor, String personId) {
        Device device = devices.read(visitor.deviceToken());
        return device != null && device.people().contains(personId) ? device : null;
    }

    /**
     * The second half: a code of the authenticator.
     *
     * @param step what {@link #password} gave
     */
    public SignIn totp(String step, String code, Visitor visitor) {
        return secondHalf(step, visitor, ticket -> totp(ticket, code, visitor));
    }

    private SignIn totp(Ticket ticket, String code, Visitor visitor) {
        String personId = personId(ticket);
        Optional<Authenticator> authenticator = store.read(handle -> PasswordTable.authenticator(handle, personId));
        if (authenticator.isEmpty()) {
            return new SignIn.Expired();
        }
        String sealed = authenticator.get().sealed();
        OptionalLong taken = Totp.step(sealer.open(personId, sealed), code, clock.instant());
        if (taken.isEmpty()) {
            return new SignIn.Refused();
        }
        return finish.finish(personId, SignInWay.PASSWORD_TOTP, visitor, tx -> {
            if (tickets.spent(tx, ticket) || isOutdated(ticket, PasswordTable.find(tx.handle(), personId))) {
                return Optional.of(new SignIn.Expired());
            }
            if (!PasswordTable.take(tx.handle(), personId, sealed, taken.getAsLong())) {
                return Optional.of(new SignIn.Refused());
            }
            return tickets.spend(tx, ticket) ? Optional.empty() : Optional.of(new SignIn.Expired());
        });
    }

    /**
     * The second half for someone without their authenticator: one of the ten codes.
     *
     * @param step what {@link #password} gave
     */
    public SignIn recoveryCode(String step, String code, Visitor visitor) {
        return secondHalf(step, visitor, ticket -> recoveryCode(ticket, code, visitor));
    }

    private SignIn recoveryCode(Ticket ticket, String code, Visitor visitor) {
        String personId = personId(ticket);
        String mac = recovery.mac(personId, code);
        return finish.finish(personId, SignInWay.PASSWORD_RECOVERY_CODE, visitor, tx -> {
            if (tickets.spent(tx, ticket) || isOutdated(ticket, PasswordTable.find(tx.handle(), personId))) {
                return Optional.of(new SignIn.Expired());
            }
            if (!PasswordTable.useRecoveryCode(tx.handle(), personId, mac, clock.millis())) {
                return Optional.of(new SignIn.Refused());
            }
            audit.record(tx, personId, "person.recovery_code_used", personId, "");
            return tickets.spend(tx, ticket) ? Optional.empty() : Optional.of(new SignIn.Expired());
        });
    }

    @FunctionalInterface
    private interface Judge {
        SignIn judge(Ticket ticket);
    }

    private SignIn secondHalf(String step, Visitor visitor, Judge judge) {
        Optional<Ticket> ticket = tickets.open(STEP, step);
        if (ticket.isEmpty()) {
            return new SignIn.Expired();
        }
        String personId = personId(ticket.get());
        Device device = known(visitor, personId);
        return switch (codes.enter(personId, visitor.address(), device)) {
            case Entry.Wait wait -> new SignIn.Throttled(wait.time(), device == null);
            case Entry.Admitted admitted -> {
                SignIn outcome = judge.judge(ticket.get());
                if (outcome instanceof SignIn.Done) {
                    admitted.right().run();
                } else if (outcome instanceof SignIn.Refused) {
                    wrongCode(personId, visitor);
                } else {
                    admitted.notMade().run();
                }
                yield outcome;
            }
        };
    }

    /** Somebody has the password: their person should be able to see it. Bounded by what the throttle lets in. */
    private void wrongCode(String personId, Visitor visitor) {
        String details = Texts.details("address", visitor.address(), "device", DeviceNames.of(visitor.userAgent()));
        store.write(tx -> {
            audit.record(tx, "sign-in", "person.code_refused", personId, details);
            return true;
        });
    }

    private static String personId(Ticket ticket) {
        return ticket.content().substring(0, ticket.content().indexOf(' '));
    }

    /** Whether the password has changed since it was typed. */
    private static boolean isOutdated(Ticket ticket, Optional<String> phc) {
        return phc.isEmpty() || !ticket.content().endsWith(" " + Texts.hash(phc.get()));
    }

    /**
     * A whole sign-in. Others' failures never stand in its way.
     *
     * @param responseJson what the browser's {@code credential.toJSON()} gave for {@link Passkeys#signInOptions}
     */
    public SignIn passkey(String responseJson, Visitor visitor) {
        return passkeys.signIn(responseJson, finish, visitor);
    }

    /**
     * A whole sign-in of somebody whom an OpenID provider has signed in; whoever calls has verified its ID token. The session
     * is as fresh as the sign-in there. Refused, if this identity is linked to nobody.
     */
    public SignIn outside(OutsidePerson outside, Visitor visitor) {
        Optional<OutsideIdentity> identity = store.read(handle -> linked(handle, outside));
        if (identity.isEmpty()) {
            return new SignIn.Refused();
        }
        String personId = identity.get().personId();
        return finish.finish(personId, outside, visitor, tx -> {
            boolean still = linked(tx.handle(), outside)
                    .filter(found -> found.personId().equals(personId))
                    .isPresent();
            if (!still) {
                return Optional.of(new SignIn.Refused());
            }
            OutsideTable.used(tx.handle(), outside.issuer(), outside.subject(), clock.millis());
            return Optional.empty();
        });
    }

    private static Optional<OutsideIdentity> linked(Handle handle, OutsidePerson outside) {
        return OutsideTable.find(handle, outside.issuer(), outside.subject());
    }
}
