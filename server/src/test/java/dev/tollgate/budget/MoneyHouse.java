package dev.tollgate.budget;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.UsageLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Store, ledger, audit trail, journal and settlement over one home, opened and closed as the gate does. */
final class MoneyHouse implements AutoCloseable {
    static final long NOW = 1_795_000_000_000L;
    static final List<Place> PLACES = List.of(new Place(Samples.SERVED.provider(), Samples.SERVED.model()));

    final Store store;
    final UsageLedger ledger;
    final AuditLog audit;
    final InFlightJournal journal;
    private final Path journalFile;
    final Events events = new Events();
    final Purses purses;
    final BudgetBook budgets;
    final Pledges pledges;
    final Settlement settlement;
    final ReservationDesk desk;

    MoneyHouse(DatabaseUrl url, Path home) {
        this(url, home, trail -> trail, Settlement.DEADLINE);
    }

    /** @param between what stands between the settlement and the audit trail, to make it fail */
    MoneyHouse(DatabaseUrl url, Path home, UnaryOperator<AuditTrail> between, Duration deadline) {
        this(url, home, between, deadline, InstantSource.system());
    }

    MoneyHouse(DatabaseUrl url, Path home, UnaryOperator<AuditTrail> between, Duration deadline, InstantSource clock) {
        store = Store.open(url);
        ledger = new UsageLedger(store);
        audit = new AuditLog(store, clock, new byte[32]);
        journal = InFlightJournal.open(home);
        journalFile = home.resolve("in-flight.journal");
        purses = Purses.open(store, events, clock, journal.id(), place -> place);
        budgets = new BudgetBook(store, audit, clock, purses);
        pledges = new Pledges(purses);
        settlement = new Settlement(store, ledger, between.apply(audit), journal, purses, clock, deadline);
        desk = new ReservationDesk(journal, settlement, purses);
    }

    /** Waits for the store where a slice has run dry. */
    ReservationResult ask(CallStart start, Ceiling ceiling) {
        return ask(start, PLACES, ceiling);
    }

    ReservationResult ask(CallStart start, List<Place> places, Ceiling ceiling) {
        CompletableFuture<ReservationResult> result = new CompletableFuture<>();
        desk.reserve(start, desk.cover(start, places), ceiling, result::complete);
        return result.orTimeout(60, TimeUnit.SECONDS).join();
    }

    /** Waits for nothing. */
    void reserve(CallStart start, Ceiling ceiling, Consumer<ReservationResult> then) {
        desk.reserve(start, desk.cover(start, PLACES), ceiling, then);
    }

    /** Waits for the store where a slice has run dry. */
    ReservationResult extend(Reservation reservation, long moreNanoUsd) {
        CompletableFuture<ReservationResult> result = new CompletableFuture<>();
        desk.extend(reservation, moreNanoUsd, result::complete);
        return result.orTimeout(60, TimeUnit.SECONDS).join();
    }

    Reservation reserve(String requestId) {
        Reservation reservation = Samples.reserved(ask(Samples.start(requestId, "k1", NOW), Samples.CEILING));
        reservation.dispatched(Samples.SERVED);
        return reservation;
    }

    CompletableFuture<SettlementResult> settle(Reservation reservation, CallEnd end) {
        CompletableFuture<SettlementResult> result = new CompletableFuture<>();
        settlement.settle(reservation, end, result::complete);
        return result;
    }

    SettlementResult settled(Reservation reservation, CallEnd end) throws Exception {
        return settle(reservation, end).get(60, TimeUnit.SECONDS);
    }

    /** {@code action subject}, in the order of the trail. */
    List<String> audited() {
        List<String> rows = new ArrayList<>();
        audit.export().forEach(row -> rows.add(row.action() + " " + row.subject()));
        return rows;
    }

    long calls() {
        return store.read(handle -> handle.createQuery("SELECT COUNT(*) FROM call")
                .mapTo(Long.class)
                .one());
    }

    /**
     * Ends as {@code kill -9} ends a gate: what its slices were granted stays granted, and the journal is left as it was. The store still
     * gets what is on its way to it, and nobody hears of that.
     *
     * @param last what it does in the very moment
     */
    void die(Runnable last) throws IOException {
        byte[] inFlight = Files.readAllBytes(journalFile); // in the page cache, as the kernel would leave it
        last.run();
        store.close();
        settlement.close();
        journal.close();
        Files.write(journalFile, inFlight);
    }

    @Override
    public void close() {
        purses.close();
        settlement.close();
        journal.close();
        store.close();
    }
}
