package dev.tollgate.kernel.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * One transaction of the writer, shared by all units of its group. Only the writer's thread touches it.
 *
 * <p>Statements of {@link #batch} are prepared once per connection and sent just before the commit, in the order in
 * which their SQL was first asked for; a unit that must read what it wrote uses {@link #handle} instead.
 */
public final class WriteSession {
    /** Work that must see the whole group, such as writing the head of a chain. */
    @FunctionalInterface
    public interface BeforeCommit {
        void run(WriteSession tx) throws SQLException;
    }

    private static final String TURN = "SELECT 1 FROM store_probe WHERE id = 1 FOR UPDATE";

    private final Handle handle;
    private final boolean manyWriters;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private final Map<String, PreparedStatement> pending = new LinkedHashMap<>();
    private final List<BeforeCommit> beforeCommit = new ArrayList<>();
    private final Map<Object, Object> attachments = new HashMap<>();

    /** @param manyWriters whether other processes write to the same database at the same time */
    WriteSession(Handle handle, boolean manyWriters) {
        this.handle = handle;
        this.manyWriters = manyWriters;
    }

    /** For statements that are rare or must answer at once. */
    public Handle handle() {
        return handle;
    }

    /** A prepared statement to set parameters on and {@code addBatch()}. The writer executes it; do not close it. */
    public PreparedStatement batch(String sql) throws SQLException {
        PreparedStatement statement = pending.get(sql);
        if (statement == null) {
            statement = statement(sql);
            pending.put(sql, statement);
        }
        return statement;
    }

    /** A prepared statement to execute at once, before any batch of this transaction is sent; do not close it. */
    public PreparedStatement statement(String sql) throws SQLException {
        PreparedStatement statement = prepared.get(sql);
        if (statement == null) {
            statement = handle.getConnection().prepareStatement(sql);
            prepared.put(sql, statement);
        }
        return statement;
    }

    /** State that lives as long as this transaction, made at first use. */
    @SuppressWarnings("unchecked") // the owner is the key, and an owner attaches one type
    public <A> A attachment(Object owner, Function<WriteSession, A> make) {
        Object state = attachments.get(owner);
        if (state == null) {
            state = make.apply(this);
            attachments.put(owner, state);
        }
        return (A) state;
    }

    /** Runs once, after all units of the group and before the batches are sent. */
    public void beforeCommit(BeforeCommit step) {
        beforeCommit.add(step);
    }

    /**
     * Begins the group's transaction. Between groups the connection commits by itself, for SQLite's driver would otherwise
     * begin the next transaction at once after a commit, and so keep the lock of a store that nobody writes to.
     *
     * <p><b>The order of locks.</b> Where several nodes write to one database, each of their transactions first takes the
     * turn: one row's lock, kept until its end, before any other lock. A group is made of whatever came together (a budget's
     * window, the trail's head, a key), so no order of its other locks could be kept; behind the turn none is needed, and
     * two writers never wait for each other in a circle. It costs little: nearly every group appends to the audit trail,
     * which is one chain. A transaction whose answer was lost keeps the turn until it is over: whoever repeats it has
     * waited for that, and sees what it did. Every transaction that writes belongs here; one that does not come through
     * the writer must take the turn itself.
     */
    void begin() throws SQLException {
        try {
            handle.getConnection().setAutoCommit(false);
        } catch (SQLException e) {
            // The driver now takes a transaction for begun that is not: this connection must not be used again.
            handle.getConnection().close();
            throw e;
        }
        if (manyWriters) {
            statement(TURN).executeQuery().close();
        }
    }

    /** Sends the batches and commits. A connection on which this failed and that cannot be rolled back is of no use. */
    void commit() throws SQLException {
        for (int i = 0; i < beforeCommit.size(); i++) { // by index: a step may add another
            beforeCommit.get(i).run(this);
        }
        for (PreparedStatement statement : pending.values()) {
            statement.executeBatch();
        }
        handle.getConnection().setAutoCommit(true); // commits (java.sql.Connection#setAutoCommit)
        reset();
    }

    void rollback() throws SQLException {
        for (PreparedStatement statement : pending.values()) {
            statement.clearBatch();
        }
        reset();
        handle.getConnection().rollback();
        handle.getConnection().setAutoCommit(true);
    }

    private void reset() {
        pending.clear();
        beforeCommit.clear();
        attachments.clear();
    }

    void close() {
        prepared.clear();
        handle.close();
    }
}
