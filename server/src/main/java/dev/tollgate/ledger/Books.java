package dev.tollgate.ledger;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.store.Store;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** The ledger's accounts, and the proof that they are what the rows of calls and transfers say. Everything here blocks. */
public final class Books {
    /** Of each kind of fault; whoever has more needs a backup, not a longer list. */
    private static final int MOST_FAULTS = 100;

    private record Totals(long calls, long transfers, long accounts, long debitsNanoUsd, long creditsNanoUsd) {}

    private final Store store;

    public Books(Store store) {
        this.store = store;
    }

    /** Every account, by name. */
    public List<AccountBalance> balances() {
        return store
                .read(handle -> handle.createQuery("SELECT name, debits, credits FROM ledger_account")
                        .map((row, context) -> new AccountBalance(row.getString(1), row.getLong(2), row.getLong(3)))
                        .list())
                .stream()
                .sorted(Comparator.comparing(AccountBalance::name))
                .toList();
    }

    /**
     * Adds up every row anew, beside the writer, and compares. Serializable, because both databases then read one snapshot:
     * a settlement is in it with its row and its balances, or not at all.
     */
    public BooksReport verify() {
        return store.read(handle -> handle.inTransaction(TransactionIsolationLevel.SERIALIZABLE, Books::report));
    }

    private static BooksReport report(Handle handle) {
        Totals totals = handle.createQuery(BooksSql.TOTALS)
                .map((row, context) ->
                        new Totals(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
                .one();
        List<BooksReport.Fault> faults = new ArrayList<>();
        if (totals.debitsNanoUsd != totals.creditsNanoUsd) {
            faults.add(new BooksReport.Fault(
                    "ledger",
                    "All debits are " + usd(totals.debitsNanoUsd) + ", all credits " + usd(totals.creditsNanoUsd)
                            + ": they must be equal."));
        }
        boolean complete = find(handle, faults, BooksSql.ACCOUNTS, Books::account);
        complete &= find(handle, faults, BooksSql.GRANTS, Books::grant);
        complete &= find(handle, faults, BooksSql.CALLS, Books::call);
        complete &= find(
                handle,
                faults,
                BooksSql.TRANSFERS,
                (row, context) -> new BooksReport.Fault(row.getString(1), row.getString(2)));
        return new BooksReport(
                totals.calls,
                totals.transfers,
                totals.accounts,
                totals.debitsNanoUsd,
                totals.creditsNanoUsd,
                faults,
                complete);
    }

    private static BooksReport.Fault account(ResultSet row, StatementContext context) throws SQLException {
        return new BooksReport.Fault(
                row.getString(1),
                "Its balance has debits of " + usd(row.getLong(2)) + " and credits of " + usd(row.getLong(3))
                        + "; its rows add up to " + usd(row.getLong(4)) + " and " + usd(row.getLong(5)) + ".");
    }

    private static BooksReport.Fault grant(ResultSet row, StatementContext context) throws SQLException {
        return new BooksReport.Fault(
                row.getString(1),
                "It is said to have spent " + usd(row.getLong(2)) + "; its calls add up to " + usd(row.getLong(3))
                        + ".");
    }

    private static BooksReport.Fault call(ResultSet row, StatementContext context) throws SQLException {
        return new BooksReport.Fault(
                row.getString(1),
                "It cost " + usd(row.getLong(2)) + " with " + usd(row.getLong(3)) + " reserved, but its overrun is "
                        + usd(row.getLong(4)) + ".");
    }

    /** False if there are more than fit. */
    private static boolean find(
            Handle handle, List<BooksReport.Fault> faults, String sql, RowMapper<BooksReport.Fault> mapper) {
        List<BooksReport.Fault> found =
                handle.createQuery(sql).bind(0, MOST_FAULTS + 1L).map(mapper).list();
        // By their characters, in whatever order a database sorts.
        found.stream()
                .limit(MOST_FAULTS)
                .sorted(Comparator.comparing(BooksReport.Fault::subject))
                .forEach(faults::add);
        return found.size() <= MOST_FAULTS;
    }

    private static String usd(long nanoUsd) {
        return "$" + Money.formatUsd(nanoUsd);
    }
}
