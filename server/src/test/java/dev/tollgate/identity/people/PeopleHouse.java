package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.kernel.Argon2;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A real store and vault with people's services on them, and a clock that stands still until it is moved. */
final class PeopleHouse implements AutoCloseable {
    static final String URL = "https://gate.example.com";
    static final String PASSWORD = "kx7 Qb2m glacier vow";
    static final Argon2.Cost CHEAP = new Argon2.Cost(64, 1, 1);
    static final Duration PATIENCE = Duration.ofMillis(50);

    final Path folder;
    final DatabaseUrl database;
    final Store store;
    final List<String> audited = Collections.synchronizedList(new ArrayList<>());
    final PeopleServices services;
    private final IdentityProviders providers;
    private final List<Store> others = new ArrayList<>();
    volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
    volatile String url = URL;

    PeopleHouse(TestDatabase kind, Path folder) throws SQLException {
        this(kind, folder, 4);
    }

    PeopleHouse(TestDatabase kind, Path folder, int newcomersAtOnce) throws SQLException {
        this.folder = folder;
        this.database = kind.fresh(folder);
        this.store = Store.open(database);
        this.services = open(store, CHEAP, newcomersAtOnce);
        this.providers = new IdentityProviders(
                store, this::record, barrier(store).sealer(IdentityProviders.SEALED), () -> now, provider -> {});
    }

    /** Services on a store, as a restart or another node has them. */
    PeopleServices open(Store on, Argon2.Cost cost, int newcomersAtOnce) {
        Barrier barrier = barrier(on);
        byte[] secret = barrier.derive("people");
        return PeopleServices.open(
                on,
                this::record,
                () -> now,
                secret,
                barrier.sealer(PeopleServices.SEALED),
                () -> url,
                new PasswordHasher(secret, cost, newcomersAtOnce, 1, PATIENCE));
    }

    private Barrier barrier(Store on) {
        return Barrier.unseal(on, () -> now, RootKeySource.configured(folder, Map.of()), Optional.empty());
    }

    private void record(WriteSession tx, String actor, String action, String subject, String detail) {
        audited.add(actor + " " + action + " " + subject + " " + detail);
    }

    /** The providers by which people sign in; nobody is asked whether they are there. */
    IdentityProviders providers() {
        return providers;
    }

    IdentityProvider addProvider(String name, String issuer) {
        return providers.add(
                new NewIdentityProvider(name, name, issuer, "client", "", List.of(), List.of(), false),
                Actor.OWNER_TOKEN);
    }

    PeopleServices anotherNode() {
        Store other = Store.open(database);
        others.add(other);
        return open(other, CHEAP, 4);
    }

    /** What was queued before is durable after this. */
    void settle() {
        store.write(tx -> true);
    }

    void pass(Duration time) {
        settle();
        now = now.plus(time);
    }

    /** Whoever comes from that address, without any cookie. */
    static Visitor visitorAt(String address) {
        return new Visitor(address, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", null, null);
    }

    static Visitor on(NewSession device, String address) {
        return new Visitor(
                address, "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", device.deviceToken(), null);
    }

    SignedIn who(NewSession session) {
        return services.sessions().find(session.cookie()).orElseThrow();
    }

    /** The owner, by the first run's link. */
    NewSession owner() {
        String link = services.firstRun().issue().orElseThrow();
        Redeemed redeemed = services.firstRun().redeem(link, "olga@example.com", "Olga", visitorAt("192.0.2.1"));
        return assertInstanceOf(Redeemed.Done.class, redeemed).signedIn();
    }

    /** The owner with a passkey, so that an owner can sign in. */
    NewSession settledOwner() {
        NewSession owner = owner();
        register(who(owner), new SoftPasskey());
        return owner;
    }

    NewSession invited(String email, Role role) {
        NewInvitation invitation = services.invitations().invite(email, role, List.of(), Actor.OWNER_TOKEN);
        Redeemed redeemed = services.invitations().redeem(invitation.text(), "Somebody", visitorAt("192.0.2.2"));
        return assertInstanceOf(Redeemed.Done.class, redeemed).signedIn();
    }

    PasskeyInfo register(SignedIn who, SoftPasskey passkey) {
        String options = done(services.passkeys().registrationOptions(who));
        return done(services.passkeys().register(who, passkey.create(options, URL), "Laptop"));
    }

    /** Gives a person {@link #PASSWORD} and an authenticator. */
    Authenticator password(NewSession session) {
        PasswordSetup setup = done(services.passwords().begin(who(session), PASSWORD));
        NewPassword password = done(services.passwords()
                .confirm(who(session), setup.ticket(), code(setup.secret()), visitorAt("192.0.2.2")));
        pass(Duration.ofSeconds(60)); // the code just used is used
        return new Authenticator(setup.secret(), password.recoveryCodes(), password.signedIn());
    }

    /** What a person with a password holds. */
    record Authenticator(String secret, List<String> recoveryCodes, NewSession session) {}

    String code(String secret) {
        return Totp.code(secret, Math.floorDiv(now.getEpochSecond(), 30));
    }

    /** Some code that is not right now. */
    String wrongCode(String secret) {
        for (int code = 0; ; code++) {
            String wrong = "%06d".formatted(code);
            if (Totp.step(secret, wrong, now).isEmpty()) {
                return wrong;
            }
        }
    }

    SignIn signIn(String email, String secret, Visitor visitor) {
        return switch (services.signIn().password(email, PASSWORD, visitor)) {
            case SignIn.NeedsTotp needs -> services.signIn().totp(needs.step(), code(secret), visitor);
            case SignIn other -> other;
        };
    }

    static <T> T done(MethodChange<T> change) {
        @SuppressWarnings("unchecked")
        MethodChange.Done<T> done = assertInstanceOf(MethodChange.Done.class, change);
        return done.value();
    }

    static NewSession in(SignIn outcome) {
        return assertInstanceOf(SignIn.Done.class, outcome).signedIn();
    }

    static Refusal refused(Refusal.Kind kind, Runnable change) {
        Refusal refusal = assertThrows(Refusal.class, change::run);
        assertEquals(kind, refusal.kind(), refusal.text());
        assertFalse(refusal.cure().isEmpty());
        return refusal;
    }

    /** What so many threads get that all begin at once. */
    static <T extends @Nullable Object> List<T> atOnce(int threads, Callable<T> work)
            throws InterruptedException, ExecutionException {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(executor.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            start.countDown();
            List<T> outcomes = new ArrayList<>();
            for (Future<T> one : running) {
                outcomes.add(one.get());
            }
            return outcomes;
        }
    }

    /** Every row of every table of people, as text. */
    String rows() {
        StringBuilder rows = new StringBuilder();
        for (String table : List.of(
                "person",
                "people_state",
                "invitation",
                "person_password",
                "person_totp",
                "recovery_code",
                "passkey",
                "outside_identity",
                "person_session",
                "spent_ticket")) {
            List<Map<String, Object>> kept = store.read(handle ->
                    handle.createQuery("SELECT * FROM " + table).mapToMap().list());
            rows.append(kept);
        }
        return rows.toString();
    }

    long count(String table) {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    boolean wasAudited(String action) {
        return audited.stream().anyMatch(row -> row.contains(" " + action + " "));
    }

    @Override
    public void close() {
        others.forEach(Store::close);
        store.close();
    }
}
