package dev.tollgate.bench.subject;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.bench.BenchException;
import dev.tollgate.budget.BudgetBook;
import dev.tollgate.budget.InFlightJournal;
import dev.tollgate.budget.Purses;
import dev.tollgate.budget.ReservationDesk;
import dev.tollgate.budget.Settlement;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.UsageLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The part of the gate that deals with money, within the bench's own process: budgets, the journal of calls in flight, reservations,
 * settlements, and the store with its one writer.
 */
final class MoneyParts implements AutoCloseable {
    private static final int AUDIT_KEY_BYTES = 32;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Store store;
    private final Settlement settlement;
    private final ReservationDesk desk;
    private final BudgetBook budgets;

    private MoneyParts(Path home, DatabaseUrl database) {
        InstantSource clock = InstantSource.system();
        store = opened(Store.open(database));
        byte[] auditKey = new byte[AUDIT_KEY_BYTES];
        new SecureRandom().nextBytes(auditKey);
        var audit = new AuditLog(store, clock, auditKey);
        InFlightJournal journal = opened(InFlightJournal.open(home));
        Purses purses = opened(Purses.open(store, new Events(), clock, journal.id(), place -> place));
        settlement = opened(new Settlement(store, new UsageLedger(store), audit, journal, purses, clock));
        desk = new ReservationDesk(journal, settlement, purses);
        budgets = new BudgetBook(store, audit, clock, purses);
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    /**
     * Opens a store that has no calls yet.
     *
     * @param home for the journal
     */
    static MoneyParts open(Path home, DatabaseUrl database) {
        try {
            return new MoneyParts(Files.createDirectories(home), database);
        } catch (IOException e) {
            throw new BenchException("No home can be made: " + e.getMessage(), e);
        }
    }

    Store store() {
        return store;
    }

    Settlement settlement() {
        return settlement;
    }

    ReservationDesk desk() {
        return desk;
    }

    BudgetBook budgets() {
        return budgets;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                throw new BenchException("The store could not be closed: " + e.getMessage(), e);
            }
        }
    }
}
