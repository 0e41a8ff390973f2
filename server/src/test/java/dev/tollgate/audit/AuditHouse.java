package dev.tollgate.audit;

import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.statement.PreparedBatch;

/** A trail in a store, and the hand of somebody who may write to the database but does not know the head's key. */
final class AuditHouse implements AutoCloseable {
    static final byte[] KEY =
            "an audit key that nobody else has".substring(0, 32).getBytes(StandardCharsets.US_ASCII);

    final Store store;
    final AuditLog audit;

    AuditHouse(DatabaseUrl url) {
        store = Store.open(url);
        audit = new AuditLog(store, InstantSource.system(), KEY);
    }

    void append(String actor, String action, String subject, String detail) {
        store.write(tx -> {
            audit.append(tx, new AuditEvent(actor, action, subject, detail));
            return "";
        });
    }

    List<AuditRow> rows() {
        List<AuditRow> rows = new ArrayList<>();
        audit.export().forEach(rows::add);
        return rows;
    }

    AuditRows.Head head() {
        return new AuditRows(store).end().head().orElseThrow();
    }

    int sql(String statement, Object... values) {
        return store.write(tx -> tx.handle().execute(statement, values));
    }

    /** Puts rows and head in place of what is there. */
    void replace(List<AuditRow> rows, AuditRows.Head head) {
        store.write(tx -> {
            tx.handle().execute("DELETE FROM audit_row");
            PreparedBatch batch = tx.handle().prepareBatch("INSERT INTO audit_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
            for (AuditRow row : rows) {
                batch.add(
                        row.seq(),
                        row.atMillis(),
                        row.actor(),
                        row.action(),
                        row.subject(),
                        row.detail(),
                        row.prevHash(),
                        row.hash());
            }
            if (!rows.isEmpty()) {
                batch.execute();
            }
            tx.handle().execute("DELETE FROM audit_head");
            tx.handle().execute("INSERT INTO audit_head VALUES (1, ?, ?, ?)", head.seq(), head.hash(), head.seal());
            return "";
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
