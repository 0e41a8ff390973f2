package dev.tollgate.ledger;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;

/**
 * The accounts of apps, or those of features. Callers choose these labels freely, so only the first {@link #MOST} get an
 * account of their own; the rest have one in common. Only the store's writer uses it.
 *
 * <p>Whether a label has an account never changes once an amount was posted under it: none is ever given up, and when they
 * are used up they stay so. Verification depends on this.
 */
final class LabelAccounts {
    /** Stands in the migration, too. To raise it would take one that moves what was posted to the common account. */
    static final int MOST = 1_000;

    static final String OTHER = "(other)";

    private static final String LOCK = "UPDATE ledger_account SET debits = debits WHERE name = ?";
    private static final String NAMES = "SELECT name FROM ledger_account WHERE name LIKE ?";

    private final String prefix;
    private final String control;
    /** Labels whose accounts had been committed at the last look. */
    private final Set<String> known = new HashSet<>();

    /**
     * @param prefix of each account's name: {@code app:}
     * @param control the account that stands against them all: {@code apps}
     */
    LabelAccounts(String prefix, String control) {
        this.prefix = prefix;
        this.control = control;
    }

    String control() {
        return control;
    }

    /** The same, with accounts found or given for these labels. What is given is not yet known: the group may fail. */
    Given given(WriteSession tx, Set<String> labels) throws SQLException {
        if (known.size() < MOST && !known.containsAll(labels)) {
            look(tx);
        }
        return new Given(MOST - known.size());
    }

    private void look(WriteSession tx) throws SQLException {
        // Nodes give accounts one after the other: else two could give the last one twice.
        PreparedStatement lock = tx.statement(LOCK);
        lock.setString(1, control);
        lock.executeUpdate();
        PreparedStatement query = tx.statement(NAMES);
        query.setString(1, prefix + "%");
        try (ResultSet names = query.executeQuery()) {
            while (names.next()) {
                known.add(names.getString(1).substring(prefix.length()));
            }
        }
    }

    /** The accounts of one group of writes. */
    final class Given {
        private int room;

        private Given(int room) {
            this.room = room;
        }

        /** To be asked once for each label. */
        String account(String label) {
            boolean own = known.contains(label) || room-- > 0;
            return prefix + (own ? label : OTHER);
        }
    }
}
