package dev.tollgate.identity.people;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.bench.BenchException;
import dev.tollgate.identity.people.PasskeyTable.Kept;
import dev.tollgate.identity.people.PasswordHasher.Lane;
import dev.tollgate.kernel.Argon2;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Sign-ins within the bench's own process, by everything that the gate has for them: store, vault, audit trail, throttle and the
 * password hash that it really makes. Here, for a code and a passkey's answer are judged within this package alone.
 *
 * <p>What a person's devices do is done as the list of sign-ins is made, and is not in the sign-ins themselves.
 */
public final class SignInsUnderTest implements AutoCloseable {
    private static final String URL = "https://gate.example.com";
    private static final String PASSWORD = "kx7 Qb2m glacier vow";
    private static final int STEP_SECONDS = 30;

    /** A person who signs in from a device that the gate does not know: the dearer case for the throttle. */
    private record Somebody(String id, String email, Visitor visitor, ClientPasskey passkey, Kept kept) {}

    private final Store store;
    private final PeopleServices services;
    private final PasswordHasher hasher;
    private final String phc;
    private final WebAuthn webAuthn = new WebAuthn();
    private final RelyingParty party = RelyingParty.of(URL).orElseThrow();
    private final String totpSecret = Totp.newSecret();
    private final List<Somebody> people;

    private volatile Duration ahead = Duration.ZERO;
    private int turn;

    private SignInsUnderTest(Path folder, int people, Function<byte[], PasswordHasher> hashing) {
        store = Store.open(new DatabaseUrl.Sqlite(made(folder).resolve("tollgate.db")));
        InstantSource clock = this::now;
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(folder, Map.of()), Optional.empty());
        byte[] secret = barrier.derive("people");
        TextSealer sealer = barrier.sealer(PeopleServices.SEALED);
        hasher = hashing.apply(Signer.of(secret, "password hashes").sign(""));
        phc = hasher.hash(Argon2.utf8(PASSWORD), Lane.NEWCOMERS).orElseThrow();
        services = PeopleServices.open(
                store, new AuditLog(store, clock, barrier.derive("audit")), clock, secret, sealer, () -> URL, hasher);
        this.people = IntStream.range(0, people).mapToObj(this::somebody).toList();
        store.write(tx -> {
            this.people.forEach(one -> settle(tx, one, sealer));
            return true;
        });
    }

    /**
     * Opens a store with so many people in it, each of whom has a password, an authenticator and a passkey.
     *
     * @param folder for the store and the vault's key
     */
    public static SignInsUnderTest open(Path folder, int people) {
        return new SignInsUnderTest(folder, people, PasswordHasher::standard);
    }

    /** The same with a hash that costs next to nothing: with it all else is done often enough for the compiler. */
    public static SignInsUnderTest forWarmUp(Path folder, int people) {
        return new SignInsUnderTest(
                folder, people, key -> new PasswordHasher(key, new Argon2.Cost(8, 1, 1), 1, 1, Duration.ofSeconds(1)));
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new BenchException("The folder " + folder + " cannot be made: " + e.getMessage(), e);
        }
    }

    private Instant now() {
        return Instant.now().plus(ahead);
    }

    private Somebody somebody(int number) {
        String id = Ids.sortable("per", now().toEpochMilli());
        ClientPasskey passkey = new ClientPasskey(party, id);
        Visitor visitor =
                new Visitor("10.0." + number + ".1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", null, null);
        return new Somebody(id, "person" + number + "@example.com", visitor, passkey, passkey.kept(now()));
    }

    private void settle(WriteSession tx, Somebody one, TextSealer sealer) {
        long millis = now().toEpochMilli();
        PersonTable.insert(
                tx.handle(),
                new Person(
                        one.id, one.email, "Somebody", Role.MEMBER, "default", List.of(), Person.Status.ACTIVE, now()));
        PasswordTable.put(tx.handle(), one.id, phc, millis);
        PasswordTable.putAuthenticator(tx.handle(), one.id, sealer.seal(one.id, totpSecret), 0, millis);
        PasskeyTable.insert(tx.handle(), one.kept);
    }

    /** What makes the hash of a password cost what it does. */
    public static String argon2id() {
        Argon2.Cost cost = PasswordHasher.COST;
        return String.format(
                Locale.ROOT, "%,d KiB, %d passes, %d lane", cost.memoryKiB(), cost.iterations(), cost.lanes());
    }

    /** So many sign-ins by password and code: from the two forms to the session's durable row. */
    public List<Runnable> byPassword(int times) {
        return Collections.nCopies(times, this::byPassword);
    }

    private void byPassword() {
        Somebody one = next();
        SignIn typed = services.signIn().password(one.email, PASSWORD, one.visitor);
        if (!(typed instanceof SignIn.NeedsTotp needs)) {
            throw notIn(typed);
        }
        String code = Totp.code(totpSecret, Math.floorDiv(now().getEpochSecond(), STEP_SECONDS));
        in(services.signIn().totp(needs.step(), code, one.visitor));
    }

    /** A code is taken once, so the clock goes on by a step when everybody has had a turn. */
    private Somebody next() {
        if (turn == people.size()) {
            turn = 0;
            ahead = ahead.plusSeconds(STEP_SECONDS);
        }
        return people.get(turn++);
    }

    /** So many checks of a password alone, which are a part of {@link #byPassword(int)}. */
    public List<Runnable> passwordChecks(int times) {
        byte[] password = Argon2.utf8(PASSWORD);
        return Collections.nCopies(times, () -> {
            if (!(hasher.verify(phc, password, Lane.NEWCOMERS) instanceof PasswordHasher.Verdict.Matches)) {
                throw new BenchException("The password was not taken");
            }
        });
    }

    /** So many sign-ins by passkey: from the challenge to the session's durable row. */
    public List<Runnable> byPasskey(int times) {
        List<Runnable> signIns = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Somebody one = people.get(i % people.size());
            String answer = answer(one);
            signIns.add(() -> {
                services.passkeys().signInOptions();
                in(services.signIn().passkey(answer, one.visitor));
            });
        }
        return signIns;
    }

    /** So many answers read and verified, which is a part of {@link #byPasskey}. */
    public List<Runnable> assertions(int times) {
        List<Runnable> checks = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Somebody one = people.get(i % people.size());
            String answer = answer(one);
            checks.add(() -> verify(answer, one));
        }
        return checks;
    }

    private String answer(Somebody one) {
        return one.passkey.answer(services.passkeys().signInOptions().orElseThrow());
    }

    private void verify(String answer, Somebody one) {
        WebAuthn.Assertion assertion = webAuthn.readAssertion(answer);
        if (assertion == null || !(webAuthn.verify(assertion, one.kept, party) instanceof WebAuthn.Proof.Holds)) {
            throw new BenchException("A passkey's answer was not taken");
        }
    }

    private static void in(SignIn outcome) {
        if (!(outcome instanceof SignIn.Done)) {
            throw notIn(outcome);
        }
    }

    private static BenchException notIn(SignIn outcome) {
        return new BenchException("Somebody could not sign in: " + outcome);
    }

    /** Sign-ins in the audit trail. */
    public long audited() {
        return store.read(
                handle -> handle.createQuery("SELECT COUNT(*) FROM audit_row WHERE action = 'person.signed_in'")
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public void close() {
        store.close();
    }
}
