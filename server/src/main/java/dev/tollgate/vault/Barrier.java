package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The vault's wall: it holds the keyring, and hands out nothing but what keys do. Built before everything else that
 * needs a key, the audit trail included; so it writes no audit rows itself.
 *
 * <p>The order of writes is what makes every change survive a crash at any point: a key is durable before the first
 * thing that it seals, and is dropped after the last.
 */
public final class Barrier {
    /** Something to write in the transaction that changes the keyring. */
    @FunctionalInterface
    interface Beside {
        void run(WriteSession tx, Keyring next);
    }

    private record State(RootKey root, KeyringRows.Row row, Keyring keyring) {}

    private final Persistence store;
    private final RootKeys roots;
    private final InstantSource clock;
    /** Guarded by its own lock, as is the next one. */
    private final List<TermSealer> sealers = new ArrayList<>();

    private boolean sealersAreKnown;
    private volatile State state;

    private Barrier(Persistence store, RootKeys roots, InstantSource clock, State state) {
        this.store = store;
        this.roots = roots;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Opens the keyring, or makes one if the store has none. Blocking: a passphrase takes some tenths of a second.
     *
     * @param previous the source that sealed the vault until now, where that is to change with this start
     * @throws Refusal if the source does not open the stored keyring; says why, and what to do
     */
    public static Barrier unseal(
            Store store, InstantSource clock, RootKeySource source, Optional<RootKeySource> previous) {
        return unseal(Persistence.of(store), clock, RootKeys.of(source), previous.map(RootKeys::of));
    }

    static Barrier unseal(Persistence store, InstantSource clock, RootKeys roots, Optional<RootKeys> previous) {
        try {
            Optional<KeyringRows.Row> stored = store.read(KeyringRows::find);
            if (stored.isEmpty()) {
                refuseIfOrphaned(store);
                // The key first: a keyring whose key was lost in a crash would be lost with it.
                createKeyring(store, roots.fresh(), roots.sourceName(), clock);
                stored = store.read(KeyringRows::find);
            }
            KeyringRows.Row row = stored.orElseThrow();
            Optional<RootKey> root = roots.find(row);
            if (root.isPresent()) {
                dropSparesFromFile(roots, root.get());
                return new Barrier(store, roots, clock, open(root.get(), row));
            }
            Optional<RootKey> old = previous.flatMap(source -> source.find(row));
            State opened = open(old.orElseThrow(() -> roots.cannotOpen(row)), row);
            return new Barrier(store, roots, clock, sealAnew(store, opened, roots, clock));
        } finally {
            roots.forget();
            previous.ifPresent(RootKeys::forget);
        }
    }

    /** Credentials without a keyring: a new one would open none of them, and hide that something is lost. */
    private static void refuseIfOrphaned(Persistence store) {
        if (store.read(CredentialRows::exist)) {
            throw keyringGone();
        }
    }

    private static Refusal keyringGone() {
        return Refusal.conflict("The vault's keyring is gone from the database.", "Restore the database's backup.");
    }

    private static void createKeyring(Persistence store, RootKeys.Fresh root, String source, InstantSource clock) {
        Keyring keyring = Keyring.create();
        long now = clock.millis();
        KeyringRows.Row row =
                new KeyringRows.Row(source, root.parameters(), root.key().id(), 1, now, keyring.seal(root.key()));
        store.change(tx -> {
            KeyringRows.insert(tx.handle(), row, keyring.terms(), now);
        });
    }

    private static State open(RootKey root, KeyringRows.Row row) {
        try {
            return new State(root, row, Keyring.open(root, row.sealed()));
        } catch (GeneralSecurityException e) {
            // The key's id is right, so the key is: it is the ciphertext that has changed.
            throw Refusal.conflict(
                    "The vault's stored keyring has been edited or damaged: the right key does not open it.",
                    "Restore the database's backup.");
        }
    }

    /** What a rotation that died has left: a key that came too early, or one that went too late. */
    private static void dropSparesFromFile(RootKeys roots, RootKey used) {
        roots.file().filter(file -> file.read().size() > 1).ifPresent(file -> file.replace(List.of(used)));
    }

    private static State sealAnew(Persistence store, State opened, RootKeys roots, InstantSource clock) {
        RootKeys.Fresh root = roots.fresh();
        KeyringRows.Row old = opened.row;
        KeyringRows.Row row = new KeyringRows.Row(
                roots.sourceName(),
                root.parameters(),
                root.key().id(),
                old.sequence() + 1,
                old.termSince(),
                opened.keyring.seal(root.key()));
        store.change(tx -> {
            KeyringRows.replace(tx.handle(), row, opened.keyring.terms(), clock.millis());
        });
        return new State(root.key(), row, opened.keyring);
    }

    /**
     * A key of 32 bytes for one purpose, such as the audit trail's. It depends on the vault and the purpose alone, and
     * outlives every rotation. Whoever asks owns the array.
     */
    public byte[] derive(String purpose) {
        return state.keyring.derive(purpose);
    }

    /**
     * Encrypts the texts of one column, for its purpose alone. Asked for before the vault is opened, for a rotation must know of every
     * column: a term that is dropped too early would take its texts with it.
     */
    public TextSealer sealer(SealedColumn column) {
        byte[] key = derive(column.purpose());
        try {
            TermSealer sealer = new TermSealer(column, this::keyring, new DerivedSealer(key));
            synchronized (sealers) {
                if (sealersAreKnown) {
                    throw new IllegalStateException("the vault has been opened without the column " + column);
                }
                sealers.add(sealer);
            }
            return sealer;
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Encrypts what goes out and comes back within minutes and is kept nowhere, such as a cookie. Whatever is kept has a {@link
     * #sealer} of its own, whose texts a rotation wraps anew.
     */
    public TextSealer cookieSealer(String purpose) {
        byte[] key = derive(purpose);
        try {
            return new DerivedSealer(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** All that there are; from now on no other is made. */
    List<TermSealer> sealers() {
        synchronized (sealers) {
            sealersAreKnown = true;
            return List.copyOf(sealers);
        }
    }

    Persistence store() {
        return store;
    }

    InstantSource clock() {
        return clock;
    }

    String sourceName() {
        return roots.sourceName();
    }

    Keyring keyring() {
        return state.keyring;
    }

    /** Epoch milliseconds at which the primary term began. */
    long termSince() {
        return state.row.termSince();
    }

    /**
     * Adds a term and makes it the primary; from a key file, the root key is replaced too. All earlier terms stay.
     *
     * @throws Refusal if the key file cannot be written or no longer belongs to this vault; nothing has then changed
     */
    void advance(Beside beside) {
        State before = reload();
        Keyring next = before.keyring.advanced();
        Optional<MasterKeyFile> file = roots.file();
        RootKey root = file.isPresent() ? RootKey.random() : before.root;
        // Both, until the store has told which of them seals the keyring.
        file.ifPresent(it -> it.replace(List.of(root, before.root)));
        state = replace(before, root, next, clock.millis(), beside);
        file.ifPresent(it -> it.replace(List.of(root)));
    }

    /** Drops the terms that are not in this set; the store refuses if a data key still needs one of them. */
    void retain(SortedSet<Integer> terms, Beside beside) {
        State before = state;
        state = replace(before, before.root, before.keyring.retaining(terms), before.row.termSince(), beside);
    }

    private State replace(State before, RootKey root, Keyring next, long termSince, Beside beside) {
        KeyringRows.Row row = new KeyringRows.Row(
                before.row.rootSource(),
                before.row.rootParameters(),
                root.id(),
                before.row.sequence() + 1,
                termSince,
                next.seal(root));
        store.change(tx -> {
            KeyringRows.replace(tx.handle(), row, next.terms(), clock.millis());
            beside.run(tx, next);
        });
        return new State(root, row, next);
    }

    /** What the store holds now: a write whose acknowledgement was lost may have been kept after all. */
    private State reload() {
        State before = state;
        KeyringRows.Row row = store.read(KeyringRows::find).orElseThrow(Barrier::keyringGone);
        if (roots.file().isPresent()) {
            RootKey root = roots.find(row).orElseThrow(() -> roots.cannotOpen(row));
            dropSparesFromFile(roots, root);
            return open(root, row);
        }
        if (!before.root.id().equals(row.rootId())) {
            throw roots.cannotOpen(row);
        }
        return open(before.root, row);
    }
}
