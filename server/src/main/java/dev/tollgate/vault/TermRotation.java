package dev.tollgate.vault;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.WriteSession;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/**
 * A new master key, online: calls go on, because the data keys stay the same and only their wrapping changes.
 *
 * <p>Three steps, each safe to die in and to repeat: a new term becomes the primary; every data key is wrapped anew, in
 * small transactions; the terms that nothing needs are dropped. More than one term in the keyring means that the last
 * two steps are owed.
 */
final class TermRotation {
    /** Data keys that are wrapped anew in one transaction: others' writes wait no longer than that takes. */
    static final int BATCH = 100;

    private static final String SUBJECT = "vault";

    private final Barrier barrier;
    private final AuditTrail audit;
    /** Held for one step at a time, so that credentials can be changed in between. */
    private final Lock changes;

    private final int batch;
    private final ReentrantLock running = new ReentrantLock();

    TermRotation(Barrier barrier, AuditTrail audit, Lock changes, int batch) {
        this.barrier = barrier;
        this.audit = audit;
        this.changes = changes;
        this.batch = batch;
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
        List<String> damaged = new ArrayList<>();
        int rewrapped = 0;
        String after = "";
        boolean more = true;
        while (more) {
            Batch done = rewrapAfter(after, damaged);
            rewrapped += done.rewrapped;
            after = done.lastId;
            more = done.full;
        }
        SortedSet<Integer> dropped = drop(actor, rewrapped);
        return new RotationReport(barrier.keyring().primaryTerm(), rewrapped, List.copyOf(damaged), dropped);
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

    private SortedSet<Integer> drop(String actor, int rewrapped) {
        SortedSet<Integer> dropped = new TreeSet<>();
        locked(() -> {
            SortedSet<Integer> needed = barrier.store().read(CredentialRows::termsInUse);
            dropped.addAll(barrier.keyring().terms());
            dropped.remove(barrier.keyring().primaryTerm());
            dropped.removeAll(needed);
            if (!dropped.isEmpty()) {
                barrier.retain(needed, (tx, next) -> recordDrop(tx, actor, dropped, rewrapped));
            }
        });
        return dropped;
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
