package dev.tollgate.holdings;

import dev.tollgate.budget.Pledges;
import dev.tollgate.budget.SettlementRows;
import dev.tollgate.holdings.Holding.Kind;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Batches and files at providers, and the end of what they owe. Everything here blocks, and throws {@link StoreUnavailable}. */
public final class Holdings {
    /** After every request id. */
    private static final String NEWEST = "~";

    private final Store store;
    private final SettlementRows ledger;
    private final Pledges pledges;
    private final AuditTrail audit;
    private final InstantSource clock;

    public Holdings(Store store, SettlementRows ledger, Pledges pledges, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.ledger = ledger;
        this.pledges = pledges;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Notes what is about to be sent, so that it is owed whatever becomes of this process, and holds its bound in the budgets that
     * cover it.
     *
     * @param dearest for each of its models the most that one of its requests may come to
     * @param allPriced whether a price is known for each of its models
     * @return why it must not be sent; empty if it may
     */
    public Optional<Pledges.Refused> sending(Holding holding, List<Pledges.Dearest> dearest, boolean allPriced) {
        return pledges.hold(
                new Pledges.Wanted(
                        holding.requestId(),
                        holding.payer(),
                        holding.app(),
                        dearest,
                        allPriced,
                        holding.boundNanoUsd(),
                        holding.createdAtMillis()),
                tx -> HoldingRows.insert(tx.handle(), holding),
                tx -> takeBack(tx, holding));
    }

    /** The provider has not taken it: nothing is owed. */
    public void refused(Holding holding) {
        store.write(tx -> {
            takeBack(tx, holding);
            return true;
        });
    }

    private void takeBack(WriteSession tx, Holding holding) throws SQLException {
        int changed = tx.handle()
                .execute("DELETE FROM holding WHERE request_id = ? AND state = 'sending'", holding.requestId());
        if (changed == 1) {
            pledges.settle(tx, holding.requestId(), List.of());
        }
    }

    /** The provider has it, and has named it so. */
    public void opened(Holding holding, String id, String seen) {
        store.write(tx -> {
            int changed = tx.handle()
                    .execute(
                            "UPDATE holding SET id = ?, seen = ?, state = 'open'"
                                    + " WHERE request_id = ? AND state = 'sending'",
                            id,
                            seen,
                            holding.requestId());
            if (changed == 1) {
                audit(
                        tx,
                        holding,
                        "batch.created",
                        id,
                        "{\"request\":\"" + holding.requestId() + "\",\"bound_nano_usd\":" + holding.boundNanoUsd()
                                + "}");
            }
            return true;
        });
    }

    /** A file that the provider has taken; it owes nothing. */
    public void kept(Holding file) {
        store.write(tx -> {
            HoldingRows.insert(tx.handle(), file);
            audit(tx, file, "file.created", file.id(), "{\"request\":\"" + file.requestId() + "\"}");
            return true;
        });
    }

    /**
     * The end of what it owes: its rows in the ledger, once, however many find out at the same time.
     *
     * @param rows the first has the holding's own request id
     * @return false if somebody else was first
     */
    public boolean settle(Holding holding, List<CallRecord> rows) {
        Optional<List<Pledges.Spent>> settled = store.write(tx -> {
            int changed = tx.handle()
                    .execute(
                            "UPDATE holding SET state = 'settled' WHERE request_id = ? AND state <> 'settled'",
                            holding.requestId());
            if (changed == 0) {
                return Optional.empty();
            }
            for (CallRecord row : rows) {
                ledger.writeIfAbsent(tx, row);
            }
            return Optional.of(pledges.settle(tx, holding.requestId(), rows));
        });
        settled.ifPresent(pledges::settled);
        return settled.isPresent();
    }

    /** What the provider says of it now. */
    public void saw(Holding holding, String seen) {
        store.write(tx ->
                tx.handle().execute("UPDATE holding SET seen = ? WHERE request_id = ?", seen, holding.requestId()));
    }

    /** Leaves a row in the audit trail of what its owner had the provider do. */
    public void noted(Holding holding, String action) {
        store.write(tx -> {
            audit(tx, holding, action, holding.id(), "");
            return true;
        });
    }

    /** The provider has deleted it: nobody finds it any more. */
    public void deleted(Holding holding) {
        store.write(tx -> {
            int changed = tx.handle()
                    .execute(
                            "UPDATE holding SET deleted_at = ?, seen = NULL WHERE request_id = ? AND deleted_at IS NULL",
                            clock.millis(),
                            holding.requestId());
            if (changed == 1) {
                audit(tx, holding, holding.kind().wireName() + ".deleted", holding.id(), "");
            }
            return true;
        });
    }

    private void audit(WriteSession tx, Holding holding, String action, String subject, String detail) {
        audit.record(tx, "key:" + holding.payer().keyId(), action, subject, detail);
    }

    /** One of that key's own. */
    public Optional<Holding> find(Kind kind, String dialect, String keyId, String id) {
        return store.read(handle -> HoldingRows.find(handle, kind, dialect, keyId, id)).stream()
                .findFirst();
    }

    /** That key's own, the newest first. */
    public List<Holding> newest(Kind kind, String dialect, String keyId, int most) {
        return older(kind, dialect, keyId, NEWEST, most);
    }

    /** That key's own that are older than the call of that request id, the newest first. */
    public List<Holding> older(Kind kind, String dialect, String keyId, String requestId, int most) {
        return store.read(handle -> HoldingRows.page(handle, kind, dialect, keyId, requestId, false, most));
    }

    /** That key's own that are newer than the call of that request id, the newest first. */
    public List<Holding> newer(Kind kind, String dialect, String keyId, String requestId, int most) {
        return store.read(handle -> HoldingRows.page(handle, kind, dialect, keyId, requestId, true, most))
                .reversed();
    }

    /** Those that still owe something, the oldest first, from the one after that request id on. */
    public List<Holding> unsettled(String afterRequestId, int most) {
        return store.read(handle -> HoldingRows.unsettled(handle, afterRequestId, most));
    }
}
