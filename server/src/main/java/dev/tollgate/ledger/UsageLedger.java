package dev.tollgate.ledger;

import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The usage rows in the store. */
public final class UsageLedger {
    private static final int MOST_BOUND = 500;

    private final Store store;
    private final UsageSums sums;
    private final Balances balances = new Balances();
    private final KeyLabels labels;
    private final KeyUses uses;

    /** One whose notices nobody hears. */
    public UsageLedger(Store store) {
        this(store, unheard -> {});
    }

    /**
     * One that tells where a key names too many apps or features.
     *
     * @param notices is told on the store's writer thread
     */
    public UsageLedger(Store store, Consumer<Notice> notices) {
        this.store = store;
        this.labels = new KeyLabels(notices);
        this.sums = new UsageSums(store);
        this.uses = new KeyUses(store);
    }

    /**
     * Writes a call's row, and its transfers', with the transaction's batch, and posts what it costs. The transaction fails
     * if the call has its row already: whoever cannot know asks {@link #contains}. An app or feature beyond what its key may
     * name is written as {@code (other)}.
     */
    public void insert(WriteSession tx, CallRecord settled) throws SQLException {
        CallRecord call = labels.bounded(tx, settled);
        PreparedStatement row = tx.batch(CallRows.INSERT);
        CallRows.bind(row, call);
        row.addBatch();
        if (call.costNanoUsd() > 0) {
            post(tx, call, Parties.of(call));
        }
        uses.note(call.start().payer().keyId(), call.start().atMillis());
    }

    private void post(WriteSession tx, CallRecord call, Parties parties) throws SQLException {
        long ofServer = call.costNanoUsd();
        for (Transfer attempt : Transfer.attempts(call, parties)) {
            write(tx, attempt);
            balances.post(tx, attempt.parties(), attempt.nanoUsd());
            ofServer -= attempt.nanoUsd();
        }
        balances.post(tx, parties, ofServer);
        if (call.overrunNanoUsd() > 0) {
            write(tx, Transfer.overrun(call, parties));
        }
    }

    private static void write(WriteSession tx, Transfer transfer) throws SQLException {
        PreparedStatement row = tx.batch(Transfer.INSERT);
        transfer.bind(row);
        row.addBatch();
    }

    /** Writes by and by when keys were last used; returns at once. Some times a second, by one thread. */
    public void tend() {
        uses.tend(System.nanoTime());
    }

    /** Writes what {@link #tend} has not yet. Blocking. */
    public void flush() {
        uses.flush();
    }

    Balances balances() {
        return balances;
    }

    /** Whether the call has a row, as this transaction sees it; what it has only batched does not count. */
    public boolean contains(WriteSession tx, String requestId) throws SQLException {
        PreparedStatement query = tx.statement("SELECT 1 FROM call WHERE request_id = ?");
        query.setString(1, requestId);
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    /**
     * Whether this very call has its row, as this transaction sees it: for whoever wrote it before and did not hear what became
     * of that.
     *
     * @throws IllegalStateException if another call has its id
     */
    public boolean containsSame(WriteSession tx, CallRecord call) throws SQLException {
        PreparedStatement query =
                tx.statement("SELECT key_id, at, ended_at, cost, reserved FROM call WHERE request_id = ?");
        query.setString(1, call.start().requestId());
        try (ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                return false;
            }
            boolean same = call.start().payer().keyId().equals(row.getString("key_id"))
                    && call.start().atMillis() == row.getLong("at")
                    && call.end().endedAtMillis() == row.getLong("ended_at")
                    && call.costNanoUsd() == row.getLong("cost")
                    && call.reservedNanoUsd() == row.getLong("reserved");
            if (!same) {
                throw new IllegalStateException(
                        "another call has the id " + call.start().requestId());
            }
            return true;
        }
    }

    /**
     * Whether a call that has no row may have had one, which was then summed up by day: its key has such a sum of its day.
     *
     * @see UsageRollup
     */
    public boolean mayBeRolledUp(WriteSession tx, CallStart call) throws SQLException {
        PreparedStatement query = tx.statement("SELECT 1 FROM usage_day WHERE day = ? AND key_id = ? LIMIT 1");
        query.setLong(1, UsageRollup.day(call.atMillis()));
        query.setString(2, call.payer().keyId());
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }

    /** All that is known of a call. Blocking. */
    public Optional<CallRecord> find(String requestId) {
        return CallStart.isId(requestId)
                ? store.read(handle -> handle.createQuery(CallRows.SELECT)
                        .bind(0, requestId)
                        .map((row, context) -> CallRows.read(row))
                        .findOne())
                : Optional.empty();
    }

    /** What was used, added up. */
    public UsageSums sums() {
        return sums;
    }

    /**
     * When each of these keys last made a call; keys that never did are left out. What other processes have not written yet is not known:
     * they do so within a second, or a minute where very many keys are in use. Blocking.
     */
    public Map<String, Instant> lastUsed(Collection<String> keyIds) {
        Map<String, Long> last = new HashMap<>();
        for (String keyId : keyIds) {
            Long unwritten = uses.unwritten(keyId); // first: what is written meanwhile is found in its row
            if (unwritten != null) {
                last.put(keyId, unwritten);
            }
        }
        byId("SELECT key_id, at FROM key_use WHERE key_id IN (<ids>)", keyIds)
                .forEach((id, at) -> last.merge(id, at, Math::max));
        Map<String, Instant> instants = new HashMap<>();
        last.forEach((id, at) -> instants.put(id, Instant.ofEpochMilli(at)));
        return instants;
    }

    /**
     * What the calls of each of these grants have cost since it was made, in nano-US-dollars, those too whose rows are gone;
     * grants that have spent nothing are left out. Blocking.
     */
    public Map<String, Long> spentByGrants(Collection<String> grantIds) {
        return byId("SELECT grant_id, cost FROM grant_spend WHERE grant_id IN (<ids>)", grantIds);
    }

    /** An id and a number for each of those ids that has a row. */
    private Map<String, Long> byId(String sql, Collection<String> wanted) {
        List<String> ids = new ArrayList<>(wanted);
        Map<String, Long> found = new HashMap<>();
        for (int from = 0; from < ids.size(); from += MOST_BOUND) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_BOUND));
            store.read(handle -> handle.createQuery(sql)
                            .bindList("ids", some)
                            .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                            .list())
                    .forEach(each -> found.put(each.getKey(), each.getValue()));
        }
        return found;
    }
}
