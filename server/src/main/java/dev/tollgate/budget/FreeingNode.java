package dev.tollgate.budget;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.time.InstantSource;

/**
 * Frees what a node was granted that is gone for good: first it is taken for dead, then one small step follows another, so that no
 * settlement waits long. Where that ends half way, it goes on when it is begun anew. A node that comes back meanwhile frees the rest
 * itself, before it is granted anything again.
 */
final class FreeingNode {
    /** Windows in a step. */
    static final int STEP = 500;

    private static final Slice.Key FIRST = new Slice.Key("", -1);

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final String node;
    private final String actor;

    FreeingNode(Store store, AuditTrail audit, InstantSource clock, String node, String actor) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.node = node;
        this.actor = actor;
    }

    /**
     * Blocking.
     *
     * @return how much it was, in nano-US-dollars; less what the node owed
     * @throws Refusal if there is no such node, or it lives
     */
    long run() {
        NodeRows.Node dead = store.write(this::takeForDead);
        UnpostedRows.postAll(store, node, tx -> NodeRows.isStill(tx.handle(), dead));
        long freed = 0;
        Slice.Key next = FIRST;
        while (next != null) {
            Slice.Key after = next;
            UnspentRows.Returned step = store.write(tx -> step(tx, dead, after));
            freed += step.nanoUsd();
            next = step.last();
        }
        return freed;
    }

    private NodeRows.Node takeForDead(WriteSession tx) {
        long now = clock.millis();
        return NodeRows.nextEpoch(tx.handle(), node, now - BudgetBook.SILENT.toMillis())
                .orElseThrow(() -> {
                    NodeRows.Node living = NodeRows.find(tx.handle(), node)
                            .orElseThrow(() -> Refusal.notFound(
                                    "There is no such node.",
                                    "The notices name those that are lost: ./tollgate notice list"));
                    return Refusal.conflict(
                            "That node was seen " + Math.max(0, (now - living.seenAtMillis()) / 1_000)
                                    + " s ago: it lives.",
                            "Stop it first, and try again in two minutes.");
                });
    }

    private UnspentRows.Returned step(WriteSession tx, NodeRows.Node dead, Slice.Key after) {
        if (!NodeRows.isStill(tx.handle(), dead)) {
            return new UnspentRows.Returned(null, 0);
        }
        UnspentRows.Returned returned = UnspentRows.giveBackSome(tx.handle(), node, after, STEP);
        if (after.equals(FIRST) || returned.nanoUsd() != 0) {
            String freed = Money.formatUsd(returned.nanoUsd());
            audit.record(tx, actor, "budget.node_freed", node, "{\"freed_usd\":\"" + freed + "\"}");
        }
        return returned;
    }
}
