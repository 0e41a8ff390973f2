package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Tests that have a ledger each, on each store that their class is parameterized with. */
abstract class InLedger {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    Store store;

    @SuppressWarnings("NullAway.Init")
    UsageLedger ledger;

    @BeforeEach
    void openLedger() throws SQLException {
        store = Store.open(kind.fresh(folder));
        ledger = new UsageLedger(store);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    /** Writes the rows of calls, all in one transaction. */
    void insert(CallRecord... calls) {
        store.write(tx -> {
            for (CallRecord call : calls) {
                ledger.insert(tx, call);
            }
            return "";
        });
    }
}
