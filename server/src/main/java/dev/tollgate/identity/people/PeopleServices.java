package dev.tollgate.identity.people;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.util.function.Supplier;

/** All that concerns people, put together. */
public record PeopleServices(
        People people,
        FirstRun firstRun,
        Invitations invitations,
        Sessions sessions,
        SignInDesk signIn,
        NewDevices newDevices,
        Passkeys passkeys,
        Passwords passwords,
        OutsideIdentities outside) {
    /** Where the secrets of authenticators lie; each is sealed for its person's id. */
    public static final SealedColumn SEALED = new SealedColumn("people", "person_totp", "person_id", "sealed");

    /**
     * Puts them together. What is heavy (WebAuthn, Argon2id) is loaded when it is first needed.
     *
     * @param secret 32 bytes for signing and for keyed hashes; without them nobody's password or device is known any more
     * @param sealer of {@link #SEALED}
     * @param publicUrl where browsers reach this gate, such as {@code https://gate.example.com}
     */
    public static PeopleServices open(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            byte[] secret,
            TextSealer sealer,
            Supplier<String> publicUrl) {
        byte[] passwordKey = Signer.of(secret, "password hashes").sign("");
        return open(store, audit, clock, secret, sealer, publicUrl, PasswordHasher.standard(passwordKey));
    }

    static PeopleServices open(
            Store store,
            AuditTrail audit,
            InstantSource clock,
            byte[] secret,
            TextSealer sealer,
            Supplier<String> publicUrl,
            PasswordHasher hasher) {
        DeviceTokens devices = new DeviceTokens(Signer.of(secret, "device tokens"), clock);
        Tickets tickets = new Tickets(Signer.of(secret, "tickets"), clock);
        RecoveryCodes recovery = new RecoveryCodes(Signer.of(secret, "recovery codes"));
        Sessions sessions = new Sessions(store, audit, clock, devices);
        People people = new People(store, audit, clock, sessions);
        Passkeys passkeys = new Passkeys(store, audit, clock, tickets, new Lazy<>(WebAuthn::new), publicUrl);
        SignInFinish finish = new SignInFinish(store, sessions);
        return new PeopleServices(
                people,
                new FirstRun(store, audit, sessions, people),
                new Invitations(store, audit, clock, sessions, people),
                sessions,
                new SignInDesk(store, audit, clock, sealer, tickets, devices, hasher, recovery, passkeys, finish),
                new NewDevices(store, audit, clock, devices, recovery),
                passkeys,
                new Passwords(store, audit, clock, sealer, hasher, recovery, sessions),
                new OutsideIdentities(store, audit, clock));
    }
}
