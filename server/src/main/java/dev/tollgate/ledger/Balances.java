package dev.tollgate.ledger;

import dev.tollgate.kernel.store.WriteSession;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The balances of accounts, and what each grant's calls have come to. They change with the rows that they add up, in the same
 * transaction: once for each account in a group of writes, however many calls it has.
 */
final class Balances {
    private static final String ADD = """
            INSERT INTO ledger_account (name, debits, credits) VALUES (?, ?, ?) \
            ON CONFLICT (name) DO UPDATE SET debits = ledger_account.debits + excluded.debits, \
            credits = ledger_account.credits + excluded.credits""";

    /** A row for each grant instead of an index over all calls by grant: what a page asks for is one row, however many calls. */
    private static final String SPEND = """
            INSERT INTO grant_spend (grant_id, cost) VALUES (?, ?) \
            ON CONFLICT (grant_id) DO UPDATE SET cost = grant_spend.cost + excluded.cost""";

    private final LabelAccounts apps = new LabelAccounts("app:", "apps");
    private final LabelAccounts features = new LabelAccounts("feature:", "features");

    /** What a group adds to one side and the other. */
    private static final class Sides {
        private long debits;
        private long credits;

        void add(long debited, long credited) {
            debits = Math.addExact(debits, debited);
            credits = Math.addExact(credits, credited);
        }
    }

    /** One group's amounts; sorted, so that two nodes never wait for each other's rows. */
    private static final class Group {
        private final SortedMap<String, Sides> accounts = new TreeMap<>();
        private final SortedMap<String, Sides> apps = new TreeMap<>();
        private final SortedMap<String, Sides> features = new TreeMap<>();
        /** Nano-US-dollars. */
        private final SortedMap<String, Long> grants = new TreeMap<>();
    }

    /**
     * Posts what a call moves.
     *
     * @param nanoUsd from the payer to the provider; negative: back
     */
    void post(WriteSession tx, Parties parties, long nanoUsd) {
        if (nanoUsd == 0) {
            return;
        }
        // One for all ledgers on this store: PostgreSQL refuses a command that would change a row twice.
        Group group = tx.attachment(Balances.class, this::begin);
        long paid = Math.max(nanoUsd, 0);
        long back = Math.max(-nanoUsd, 0);
        add(group.accounts, parties.payer(), paid, back);
        add(group.accounts, parties.provider(), back, paid);
        addLabel(group.apps, parties.app(), paid, back);
        addLabel(group.features, parties.feature(), paid, back);
        String grant = parties.grant();
        if (grant != null) {
            group.grants.merge(grant, nanoUsd, Math::addExact);
        }
    }

    private static void add(Map<String, Sides> sums, String name, long debit, long credit) {
        sums.computeIfAbsent(name, first -> new Sides()).add(debit, credit);
    }

    private static void addLabel(Map<String, Sides> sums, @Nullable String label, long debit, long credit) {
        if (label != null) {
            add(sums, label, debit, credit);
        }
    }

    private Group begin(WriteSession tx) {
        Group group = new Group();
        tx.beforeCommit(session -> write(session, group));
        return group;
    }

    private void write(WriteSession tx, Group group) throws SQLException {
        addAccounts(tx, group.accounts, group.apps, apps);
        addAccounts(tx, group.accounts, group.features, features);
        PreparedStatement add = tx.batch(ADD);
        for (Map.Entry<String, Sides> each : group.accounts.entrySet()) {
            add.setString(1, each.getKey());
            add.setLong(2, each.getValue().debits);
            add.setLong(3, each.getValue().credits);
            add.addBatch();
        }
        if (!group.grants.isEmpty()) {
            PreparedStatement spend = tx.batch(SPEND);
            for (Map.Entry<String, Long> each : group.grants.entrySet()) {
                spend.setString(1, each.getKey());
                spend.setLong(2, each.getValue());
                spend.addBatch();
            }
        }
    }

    /** What was spent under labels, against their control account. */
    private static void addAccounts(
            WriteSession tx, Map<String, Sides> accounts, Map<String, Sides> labels, LabelAccounts names)
            throws SQLException {
        if (labels.isEmpty()) {
            return;
        }
        LabelAccounts.Given given = names.given(tx, labels.keySet());
        labels.forEach((label, sides) -> {
            add(accounts, given.account(label), sides.debits, sides.credits);
            add(accounts, names.control(), sides.credits, sides.debits);
        });
    }
}
