package dev.tollgate.vault;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.node.ObjectNode;

/**
 * A new master key, online: calls go on, because the data keys stay the same and only their wrapping changes. Those of credentials, and
 * those of the texts that rooms have sealed (see {@link TermSealer}).
 *
 * <p>Three steps, each safe to die in and to repeat: a new term becomes the primary; every data key is wrapped anew, in
 * small transactions; the terms that nothing needs are dropped. More than one term in the keyring means that the last
 * two steps are owed.
 */
final class TermRotation {
    /** Data keys that are wrapped anew in one transaction: others' writes wait no longer than that takes. */
    static final int BATCH = 100;

    private static final String SUBJECT = "vault";
    private static final int ROUNDS = 3;

    private final Barrier barrier;
    private final AuditTrail audit;
    /** Held for one step at a time, so that credentials can be changed in between. */
    private final Lock changes;

    private final int batch;
    private final List<TermSealer> sealers;
    private final ReentrantLock running = new ReentrantLock();

    TermRotation(Barrier barrier, AuditTrail audit, Lock changes, int batch) {
        this.barrier = barrier;
        this.audit = audit;
        this.changes = changes;
        this.batch = batch;
        this.sealers = barrier.sealers();
    }

    /**
     * @throws Refusal if a rotation is under way, or the new root key cannot be written to the key file
     */
    RotationReport rotate(String actor) {
        if (!running.tryLock()) {
            throw Refusal.conflict("The vault is being rotated.", "Wait until that has ended: tollgate vault status");
        }
        try {
            locked(() -> barrier.advance((tx, next) -> {
                ObjectNode detail = Json.MAPPER.createObjectNode();
                detail.put("term", next.primaryTerm());
                detail.put("source", barrier.sourceName());
                audit.record(tx, actor, "vault.rotated", SUBJECT, detail.toString());
            }));
            return settle(actor);
        } finally {
            running.unlock();
        }
    }

    /** Does what an earlier rotation still owes. */
    void finish() {
        if (barrier.keyring().terms().size() > 1) {
            settle("system");
        }
    }

    private RotationReport settle(String actor) {
        int rewrapped = 0;
        for (int round = 1; ; round++) {
            List<String> damaged = new ArrayList<>();
            rewrapped += inBatches(after -> rewrapAfter(after, damaged));
            for (TermSealer sealer : sealers) {
                rewrapped += inBatches(after -> rewrapAfter(sealer, after, damaged));
            }
            try {
                SortedSet<Integer> dropped = drop(actor, rewrapped);
                return new RotationReport(barrier.keyring().primaryTerm(), rewrapped, List.copyOf(damaged), dropped);
            } catch (StoreUnavailable e) {
                if (!(e.getCause() instanceof TermInUse) || round == ROUNDS) {
                    throw e;
                }
            }
        }
    }

    /** A text was sealed in the old term while the new one was begun, and kept after the others had been wrapped anew. */
    private static final class TermInUse extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TermInUse() {
            super("a text needs a term that was to be dropped", null, false, false);
        }
    }

    private static int inBatches(Function<String, Batch> step) {
        int rewrapped = 0;
        String after = "";
        boolean more = true;
        while (more) {
            Batch done = step.apply(after);
            rewrapped += done.rewrapped;
            after = done.lastId;
            more = done.full;
        }
        return rewrapped;
    }

    private record Rewrapped(CredentialRows.Row row, String wrappedKey) {}

    private record Batch(int rewrapped, String lastId, boolean full) {}

    private Batch rewrapAfter(String after, List<String> damaged) {
        changes.lock();
        try {
            Keyring keyring = barrier.keyring();
            List<CredentialRows.Row> rows = barrier.store()
                    .read(handle -> CredentialRows.notInTerm(handle, keyring.primaryTerm(), after, batch));
            List<Rewrapped> rewrapped = new ArrayList<>();
            for (CredentialRows.Row row : rows) {
                try {
                    rewrapped.add(new Rewrapped(row, Sealer.rewrap(keyring, row)));
                } catch (GeneralSecurityException e) {
                    damaged.add(row.info().name()); // loading it has raised a notice already
                }
            }
            if (!rewrapped.isEmpty()) {
                barrier.store().change(tx -> {
                    for (Rewrapped one : rewrapped) {
                        CredentialRows.rewrap(tx.handle(), one.row, keyring.primaryTerm(), one.wrappedKey);
                    }
                });
            }
            String last = rows.isEmpty() ? after : rows.getLast().info().id();
            return new Batch(rewrapped.size(), last, rows.size() == batch);
        } finally {
            changes.unlock();
        }
    }

    private Batch rewrapAfter(TermSealer sealer, String after, List<String> damaged) {
        SealedColumn column = sealer.column();
        int term = barrier.keyring().primaryTerm();
        List<SealedTextRows.Row> rows =
                barrier.store().read(handle -> SealedTextRows.notInTerm(handle, column, term, after, batch));
        Map<SealedTextRows.Row, String> rewrapped = new LinkedHashMap<>();
        for (SealedTextRows.Row row : rows) {
            try {
                rewrapped.put(row, sealer.rewrap(row.place(), row.text()));
            } catch (Refusal e) {
                damaged.add(column.table() + " " + row.place());
            }
        }
        if (!rewrapped.isEmpty()) {
            barrier.store().change(tx -> {
                rewrapped.forEach((row, text) -> SealedTextRows.replace(tx.handle(), column, row, text));
            });
        }
        String last = rows.isEmpty() ? after : rows.getLast().place();
        return new Batch(rewrapped.size(), last, rows.size() == batch);
    }

    private SortedSet<Integer> drop(String actor, int rewrapped) {
        SortedSet<Integer> dropped = new TreeSet<>();
        locked(() -> {
            SortedSet<Integer> old = new TreeSet<>(barrier.keyring().terms());
            old.remove(barrier.keyring().primaryTerm());
            SortedSet<Integer> needed = barrier.store().read(handle -> needed(handle, old));
            dropped.addAll(old);
            dropped.removeAll(needed);
            if (!dropped.isEmpty()) {
                barrier.retain(needed, (tx, next) -> {
                    // Behind every write that was queued while texts were still sealed in such a term.
                    if (dropped.stream().anyMatch(term -> isInTexts(tx.handle(), term))) {
                        throw new TermInUse();
                    }
                    recordDrop(tx, actor, dropped, rewrapped);
                });
            }
        });
        return dropped;
    }

    private SortedSet<Integer> needed(Handle handle, SortedSet<Integer> old) {
        SortedSet<Integer> needed = CredentialRows.termsInUse(handle);
        for (int term : old) {
            if (isInTexts(handle, term)) {
                needed.add(term);
            }
        }
        return needed;
    }

    private boolean isInTexts(Handle handle, int term) {
        return sealers.stream().anyMatch(sealer -> SealedTextRows.isInUse(handle, sealer.column(), term));
    }

    private void recordDrop(WriteSession tx, String actor, SortedSet<Integer> dropped, int rewrapped) {
        ObjectNode detail = Json.MAPPER.createObjectNode();
        detail.put("rewrapped", rewrapped);
        dropped.forEach(detail.putArray("dropped_terms")::add);
        audit.record(tx, actor, "vault.terms_dropped", SUBJECT, detail.toString());
    }

    private void locked(Runnable step) {
        changes.lock();
        try {
            step.run();
        } finally {
            changes.unlock();
        }
    }
}
