package dev.tollgate.vault;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A home with a store, in which vaults are opened and closed as a server would. */
final class TestHouse implements AutoCloseable {
    final Path home;
    final DatabaseUrl database;
    final Store store;
    final List<Notice> notices = Collections.synchronizedList(new ArrayList<>());
    /** {@code actor action subject detail}; written as rows are, so a write that is rolled back may leave one. */
    final List<String> audited = Collections.synchronizedList(new ArrayList<>());

    long now = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();
    final InstantSource clock = () -> Instant.ofEpochMilli(now);

    TestHouse(TestDatabase kind, Path home) {
        this.home = home;
        this.database = kind.fresh(home);
        this.store = Store.open(database);
    }

    Path keyFile() {
        return home.resolve("master.key");
    }

    RootKeySource fileSource() {
        return new RootKeySource.KeyFile(keyFile());
    }

    AuditTrail trail() {
        return (tx, actor, action, subject, detail) -> audited.add(actor + " " + action + " " + subject + " " + detail);
    }

    Barrier barrier() {
        return barrier(fileSource(), null);
    }

    Barrier barrier(RootKeySource source, @Nullable RootKeySource previous) {
        return Barrier.unseal(store, clock, source, Optional.ofNullable(previous));
    }

    Vault open() {
        return open(barrier());
    }

    Vault open(Barrier barrier) {
        Events events = new Events();
        events.subscribe(notices::add);
        return Vault.open(barrier, trail(), events);
    }

    /** An API key for Anthropic that differs by its seed. */
    static String anthropicKey(int seed) {
        return "sk-ant-api03-" + "%08d".formatted(seed) + "q".repeat(60) + "%06dAA".formatted(seed * 7 % 1_000_000);
    }

    static NewCredential credential(String name, String secret) {
        return new NewCredential(name, "operator", "anthropic", null, null, 0, secret);
    }

    static String reveal(Vault vault, String nameOrId) {
        String id = vault.credentials().find(nameOrId).orElseThrow().id();
        try (OpenedSecret secret = new SecretOpener(vault.credentials()).open(id)) {
            return secret.ascii().chars().mapToObj(Character::toString).collect(Collectors.joining());
        }
    }

    int execute(String sql) {
        return store.write(tx -> tx.handle().execute(sql));
    }

    String text(String sql) {
        return store.read(handle -> handle.createQuery(sql).mapTo(String.class).one());
    }

    @Override
    public void close() {
        store.close();
    }
}
