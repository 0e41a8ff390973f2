package dev.tollgate.ledger;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Calls that were billed at their reservation, because their usage was never learnt, and what becomes of them. */
public final class Resolutions {
    /** One million dollars: no call comes to that, a slip of the comma does. */
    public static final long MOST_NANO_USD = 1_000_000_000_000_000L;

    public static final int LONGEST_NOTE = 500;

    private static final String INSERT = Transfer.INSERT + " ON CONFLICT (id) DO NOTHING";

    /** Hears of resolutions. */
    @FunctionalInterface
    public interface Listener {
        /**
         * A call is being resolved, in this transaction: what is done here changes the store and nothing else, because it may run twice.
         *
         * @param differenceNanoUsd what the call costs beyond what was billed; negative where that was too much
         */
        void resolved(WriteSession tx, CallRecord call, long differenceNanoUsd) throws Exception;

        /** That is durable. */
        default void kept(CallRecord call, long differenceNanoUsd) {}
    }

    private final Store store;
    private final UsageLedger ledger;
    private final AuditTrail audit;
    private final InstantSource clock;
    private final Listener listener;

    public Resolutions(Store store, UsageLedger ledger, AuditTrail audit, InstantSource clock, Listener listener) {
        this.store = store;
        this.ledger = ledger;
        this.audit = audit;
        this.clock = clock;
        this.listener = listener;
    }

    /**
     * Says what an unreconciled call came to. The difference is transferred, in either direction. Blocking.
     *
     * @throws Refusal if there is no such call, its cost is known, it was resolved before, or the amount is no cost
     */
    public Resolution resolve(String actor, String requestId, long costNanoUsd, String note) {
        if (costNanoUsd < 0) {
            throw Refusal.invalid("A cost is not negative.", "Give what the provider charged for the call, or 0.");
        }
        if (costNanoUsd > MOST_NANO_USD) {
            throw Refusal.invalid("No call costs more than a million dollars.", "Give the cost in US dollars.");
        }
        if (note.length() > LONGEST_NOTE) {
            throw Refusal.invalid("The note is too long.", "Keep it to " + LONGEST_NOTE + " characters.");
        }
        if (!CallStart.isId(requestId)) {
            throw unknown();
        }
        String cleanNote = Texts.clean(note, LONGEST_NOTE);
        Resolution resolution = store.write(tx -> resolve(tx, actor, requestId, costNanoUsd, cleanNote));
        listener.kept(resolution.call(), resolution.differenceNanoUsd());
        return resolution;
    }

    private Resolution resolve(WriteSession tx, String actor, String requestId, long costNanoUsd, String note)
            throws Exception {
        CallRecord call = unreconciled(tx, requestId);
        long difference = costNanoUsd - call.costNanoUsd();
        Parties parties = Parties.of(call);
        Transfer transfer =
                new Transfer(requestId, Transfer.Kind.RESOLUTION, clock.millis(), parties, difference, note);
        // At once and not with the batch: a second one in this very group must see it.
        PreparedStatement insert = tx.statement(INSERT);
        transfer.bind(insert);
        if (insert.executeUpdate() == 0) {
            throw Refusal.conflict(
                    "The call was resolved before.", "A resolution stands: tollgate explain shows what it says.");
        }
        ledger.balances().post(tx, parties, difference);
        listener.resolved(tx, call, difference);
        String detail = Json.MAPPER
                .createObjectNode()
                .put("billed_nano_usd", call.costNanoUsd())
                .put("cost_nano_usd", costNanoUsd)
                .put("note", note)
                .toString();
        audit.record(tx, actor, "call.resolved", requestId, detail);
        return new Resolution(call, transfer.atMillis(), difference, note);
    }

    private static CallRecord unreconciled(WriteSession tx, String requestId) throws SQLException {
        PreparedStatement query = tx.statement(CallRows.SELECT);
        query.setString(1, requestId);
        try (ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                throw unknown();
            }
            CallRecord call = CallRows.read(row);
            if (call.state() != CallRecord.State.UNRECONCILED) {
                throw Refusal.conflict(
                        "The call's usage was known when it was settled.", "See: tollgate ledger unreconciled");
            }
            return call;
        }
    }

    private static Refusal unknown() {
        return Refusal.notFound("There is no such call.", "See: tollgate ledger unreconciled");
    }

    /** How a call was resolved, if it was. Blocking. */
    public Optional<Resolution> of(CallRecord call) {
        return call.state() == CallRecord.State.SETTLED
                ? Optional.empty()
                : store.read(handle -> handle.createQuery("SELECT at, debit, amount, note FROM transfer WHERE id = ?")
                        .bind(0, call.start().requestId() + ":" + Transfer.Kind.RESOLUTION.wireName())
                        .map((row, context) -> resolution(call, row))
                        .findOne());
    }

    private static Resolution resolution(CallRecord call, ResultSet row) throws SQLException {
        boolean paid = row.getString("debit").startsWith(Parties.PAYER);
        long amount = row.getLong("amount");
        return new Resolution(call, row.getLong("at"), paid ? amount : -amount, row.getString("note"));
    }

    /** Those that wait for it, the oldest first, from the one after that request id on. Blocking. */
    public List<CallRecord> unresolved(String afterRequestId, int most) {
        return store.read(handle -> handle.createQuery(CallRows.UNRESOLVED)
                .bind(0, Texts.clean(afterRequestId, 64))
                .bind(1, (long) most)
                .map((row, context) -> CallRows.read(row))
                .list());
    }
}
