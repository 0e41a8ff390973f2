package dev.tollgate.audit;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.StoredText;
import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The audit trail in the store: each row is chained to the one before by its hash, and the last one's number and hash are
 * the head, one row of its own that is sealed with a key that the database does not hold. So a row that was changed,
 * dropped, moved or put in is found by anyone, and a tail that was cut off by whoever has the key. What stays possible to
 * somebody who may write to the database is to bring back an older copy of all of it, head included: keep a
 * {@linkplain VerifyReport#headHash() head hash} elsewhere from time to time.
 */
public final class AuditLog implements AuditTrail {
    /** Noted by the trail itself, see {@link #resume}. A chain that holds it never verifies again, and says why. */
    static final String HEAD_REJECTED = "audit.head_rejected";

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int KEY_BYTES = 32;

    private static final String INSERT_ROW =
            "INSERT INTO audit_row (seq, at, actor, action, subject, detail, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String SELECT_END = """
            SELECT h.seq, h.hash, h.seal, (SELECT MAX(seq) FROM audit_row) FROM audit_head h WHERE h.id = 1""";
    private static final String INSERT_HEAD =
            "INSERT INTO audit_head (id, seq, hash, seal) VALUES (1, 0, ?, ?) ON CONFLICT (id) DO NOTHING";
    private static final String UPDATE_HEAD = "UPDATE audit_head SET seq = ?, hash = ?, seal = ? WHERE id = 1";
    private static final String SELECT_LAST = "SELECT seq, hash FROM audit_row ORDER BY seq DESC LIMIT 1";

    private final InstantSource clock;
    private final SecretKeySpec headKey;
    private final AuditRows rows;

    /** Used by the store's writer alone. */
    private final AuditChain chain = new AuditChain();

    /** Where the chain ends within one transaction: the store's writers take turns, so nobody else moves it meanwhile. */
    private static final class End {
        private long seq;
        private String hash;

        End(long seq, String hash) {
            this.seq = seq;
            this.hash = hash;
        }
    }

    /**
     * @param headKey 32 bytes that the database does not hold, the same at every start; copied
     */
    public AuditLog(Store store, InstantSource clock, byte[] headKey) {
        if (headKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("the head's key has 32 bytes");
        }
        this.clock = clock;
        this.headKey = new SecretKeySpec(headKey, "HmacSHA256");
        this.rows = new AuditRows(store);
    }

    /** Appends a row in the transaction of what it tells about. */
    public void append(WriteSession tx, AuditEvent event) {
        record(tx, event.actor(), event.action(), event.subject(), event.detail());
    }

    @Override
    public void record(WriteSession tx, String actor, String action, String subject, String detail) {
        try {
            put(tx, tx.attachment(this, this::open), actor, action, subject, detail);
        } catch (SQLException e) {
            throw new IllegalStateException("the audit trail could not be written", e);
        }
    }

    private void put(WriteSession tx, End end, String actor, String action, String subject, String detail)
            throws SQLException {
        String storedActor = StoredText.clean(actor, 128);
        String storedAction = StoredText.clean(action, 64);
        String storedSubject = StoredText.clean(subject, 256);
        String storedDetail = StoredText.clean(detail, 4_000);
        long at = clock.millis();
        long seq = end.seq + 1;
        String hash = chain.hash(seq, at, storedActor, storedAction, storedSubject, storedDetail, end.hash);
        PreparedStatement insert = tx.batch(INSERT_ROW);
        insert.setLong(1, seq);
        insert.setLong(2, at);
        insert.setString(3, storedActor);
        insert.setString(4, storedAction);
        insert.setString(5, storedSubject);
        insert.setString(6, storedDetail);
        insert.setString(7, end.hash);
        insert.setString(8, hash);
        insert.addBatch();
        end.seq = seq;
        end.hash = hash;
    }

    private End open(WriteSession tx) {
        try {
            End end = load(tx);
            tx.beforeCommit(session -> seal(session, end));
            return end;
        } catch (SQLException e) {
            throw new IllegalStateException("the head of the audit trail could not be read", e);
        }
    }

    private End load(WriteSession tx) throws SQLException {
        for (int tries = 0; tries < 2; tries++) {
            try (ResultSet found = tx.statement(SELECT_END).executeQuery()) {
                if (found.next()) {
                    return check(tx, found);
                }
            }
            PreparedStatement insert = tx.statement(INSERT_HEAD);
            insert.setString(1, AuditChain.GENESIS);
            insert.setString(2, chain.seal(headKey, 0, AuditChain.GENESIS));
            insert.executeUpdate();
        }
        throw new IllegalStateException("the audit head cannot be created");
    }

    private End check(WriteSession tx, ResultSet found) throws SQLException {
        long seq = found.getLong(1);
        String hash = String.valueOf(found.getString(2));
        String seal = String.valueOf(found.getString(3));
        long lastRow = found.getLong(4);
        if (!chain.isSealed(headKey, seq, hash, seal)) {
            return resume(tx, seq, "its seal is not ours");
        }
        return lastRow > seq ? resume(tx, seq, "rows stand beyond it") : new End(seq, hash);
    }

    /**
     * Goes on after a head that was tampered with. To stop here would let whoever did it stop the gate as well; to seal a
     * new head silently would hide it. So the chain goes on behind the last row that there is, with a row that says what
     * was found, and that no verification overlooks.
     */
    private End resume(WriteSession tx, long headSeq, String why) throws SQLException {
        End end = new End(0, AuditChain.GENESIS);
        try (ResultSet last = tx.statement(SELECT_LAST).executeQuery()) {
            if (last.next()) {
                String hash = String.valueOf(last.getString(2));
                end = new End(last.getLong(1), AuditChain.isHash(hash) ? hash : AuditChain.GENESIS);
            }
        }
        LOG.error("The head of the audit trail was tampered with: {}. Run `tollgate audit verify`.", why);
        String detail = "head at row " + headSeq + ", last row " + end.seq + ": " + why;
        put(tx, end, "gate", HEAD_REJECTED, "audit", detail);
        return end;
    }

    private void seal(WriteSession tx, End end) throws SQLException {
        PreparedStatement update = tx.batch(UPDATE_HEAD);
        update.setLong(1, end.seq);
        update.setString(2, end.hash);
        update.setString(3, chain.seal(headKey, end.seq, end.hash));
        update.addBatch();
    }

    /** Walks the whole trail in constant memory. Blocking, beside the writer. */
    public VerifyReport verify() {
        return new AuditVerifier().verify(rows, headKey);
    }

    /** The last rows, the newest first. Blocking. */
    public List<AuditRow> tail(int limit) {
        return rows.last(limit);
    }

    /** At most so many rows after a sequence number, in their order. Blocking. */
    public List<AuditRow> after(long seq, int limit) {
        return rows.after(seq, limit);
    }

    /** Every row that there is now; what is appended while they are read is left to the next export. Blocking. */
    public AuditPages export() {
        return new AuditPages(rows, rows.end().lastRow().orElse(0L));
    }
}
