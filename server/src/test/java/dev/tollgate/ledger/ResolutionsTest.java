package dev.tollgate.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
@Timeout(120)
class ResolutionsTest extends InLedger {
    private static final Instant LATER = Instant.parse("2027-01-01T10:00:00Z");

    @SuppressWarnings("NullAway.Init")
    private Resolutions resolutions;

    private final List<String> audited = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private boolean listenerFails;

    @BeforeEach
    void open() {
        AuditTrail audit = (tx, actor, action, subject, detail) ->
                audited.add(actor + " " + action + " " + subject + " " + detail);
        resolutions = new Resolutions(store, ledger, audit, InstantSource.fixed(LATER), (tx, call, difference) -> {
            told.add(call.start().requestId() + " " + difference);
            if (listenerFails) {
                throw new SQLException("the budget's row cannot be changed");
            }
        });
    }

    private long balance(String name) {
        return new Books(store)
                .balances().stream()
                        .filter(account -> account.name().equals(name))
                        .mapToLong(AccountBalance::balanceNanoUsd)
                        .sum();
    }

    private void assertBooksBalance() {
        assertEquals(List.of(), new Books(store).verify().faults());
    }

    private long spent() {
        return ledger.sums()
                .summarize(List.of(UsageBy.KEY), Instant.EPOCH, UsageSums.EVER)
                .getFirst()
                .costNanoUsd();
    }

    @Test
    void aCallThatCostLessThanItsReservationGivesTheDifferenceBack() {
        Calls labelled = new Calls("team", "openai", "codex", "review");
        CallRecord call = labelled.unreconciled("req_1", 100);
        insert(call);
        Resolution resolution = resolutions.resolve("owner", "req_1", 30, "invoice 7");
        assertEquals(new Resolution(call, LATER.toEpochMilli(), -70, "invoice 7"), resolution);
        assertEquals(30, resolution.costNanoUsd());
        assertEquals(Optional.of(resolution), resolutions.of(call));
        assertEquals(-30, balance("account:team"));
        assertEquals(30, balance("provider:openai"));
        assertEquals(-30, balance("app:codex"));
        assertEquals(30, balance("features"));
        assertEquals(30, spent());
        assertEquals(List.of("req_1 -70"), told);
        assertEquals(
                List.of(
                        "owner call.resolved req_1 {\"billed_nano_usd\":100,\"cost_nano_usd\":30,\"note\":\"invoice 7\"}"),
                audited);
        assertBooksBalance();
    }

    @Test
    void aCallThatCostMoreIsChargedTheDifference() {
        insert(Calls.PLAIN.unreconciled("req_1", 100), Calls.PLAIN.metered("req_2", 1, 9));
        assertEquals(150, resolutions.resolve("owner", "req_1", 250, "").differenceNanoUsd());
        assertEquals(-251, balance("account:default"));
        assertEquals(251, spent());
        assertBooksBalance();
    }

    @Test
    void aCallThatCostJustItsReservationOrHadNoPriceIsResolvedAsWell() {
        insert(
                Calls.PLAIN.unreconciled("req_1", 100),
                Calls.PLAIN.call("req_2", new Charge.AtReservation(false, "no price"), 0));
        assertEquals(0, resolutions.resolve("owner", "req_1", 100, "").differenceNanoUsd());
        assertEquals(8, resolutions.resolve("owner", "req_2", 8, "").differenceNanoUsd());
        assertEquals(List.of(), resolutions.unresolved("", 10));
        assertEquals(108, spent());
        assertBooksBalance();
    }

    @Test
    void whatIsNoUnreconciledCallIsRefusedAndNothingChanges() {
        insert(Calls.PLAIN.metered("req_1", 50, 100), Calls.PLAIN.unreconciled("req_2", 100));
        resolutions.resolve("owner", "req_2", 10, "");
        refused(Refusal.Kind.NOT_FOUND, "req_0", 10, "");
        refused(Refusal.Kind.NOT_FOUND, "'; DROP TABLE call; --", 10, "");
        refused(Refusal.Kind.NOT_FOUND, "", 10, "");
        refused(Refusal.Kind.NOT_FOUND, "req\u0000", 10, "");
        refused(Refusal.Kind.CONFLICT, "req_1", 10, "");
        refused(Refusal.Kind.CONFLICT, "req_2", 10, "");
        refused(Refusal.Kind.INVALID, "req_2", -1, "");
        refused(Refusal.Kind.INVALID, "req_2", Resolutions.MOST_NANO_USD + 1, "");
        refused(Refusal.Kind.INVALID, "req_2", Long.MAX_VALUE, "");
        refused(Refusal.Kind.INVALID, "req_2", 1, "x".repeat(501));
        assertEquals(1, audited.size());
        assertEquals(60, spent());
        assertBooksBalance();
    }

    private void refused(Refusal.Kind expected, String requestId, long cost, String note) {
        Refusal refusal =
                assertThrows(Refusal.class, () -> resolutions.resolve("owner", requestId, cost, note), requestId);
        assertEquals(expected, refusal.kind(), requestId + " " + cost);
    }

    @Test
    void aNoteHoldsNoControlCharacters() {
        insert(Calls.PLAIN.unreconciled("req_1", 100));
        assertEquals(
                "?[31mred?",
                resolutions.resolve("owner", "req_1", 1, "\u001b[31mred\u0000").note());
    }

    @Test
    void ofManyThatResolveACallAtOnceOneDoes() throws Exception {
        insert(Calls.PLAIN.unreconciled("req_1", 100));
        List<Future<Resolution>> tries = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                long cost = i;
                tries.add(threads.submit(() -> resolutions.resolve("owner", "req_1", cost, "")));
            }
        }
        List<Resolution> done = tries.stream()
                .filter(each -> each.state() == Future.State.SUCCESS)
                .map(Future::resultNow)
                .toList();
        assertEquals(1, done.size());
        assertEquals(done.getFirst().costNanoUsd(), spent());
        assertBooksBalance();
    }

    @Test
    void whereTheBudgetCannotFollowTheCallStaysUnresolved() {
        insert(Calls.PLAIN.unreconciled("req_1", 100));
        listenerFails = true;
        assertThrows(StoreUnavailable.class, () -> resolutions.resolve("owner", "req_1", 1, ""));
        assertEquals(100, spent());
        assertEquals(1, resolutions.unresolved("", 10).size());
        assertBooksBalance();
        listenerFails = false;
        resolutions.resolve("owner", "req_1", 1, "");
        assertEquals(1, spent());
    }

    @Test
    void theUnresolvedAreListedInPages() {
        for (int i = 1; i <= 5; i++) {
            insert(Calls.PLAIN.unreconciled("req_" + i, 100), Calls.PLAIN.metered("req_" + i + "_m", 1, 9));
        }
        resolutions.resolve("owner", "req_2", 1, "");
        assertEquals(List.of("req_1", "req_3"), ids(resolutions.unresolved("", 2)));
        assertEquals(List.of("req_4", "req_5"), ids(resolutions.unresolved("req_3", 2)));
        assertEquals(List.of(), ids(resolutions.unresolved("req_5", 2)));
        assertEquals(5, 1 + resolutions.unresolved("\u0000", 9).size());
        assertEquals(Optional.empty(), ledger.find("\u0000"));
    }

    private static List<String> ids(List<CallRecord> calls) {
        return calls.stream().map(call -> call.start().requestId()).toList();
    }

    @Test
    void aDaysUsageOfAProviderCountsWhatWasResolved() {
        LocalDate day = LocalDate.parse("2026-11-18"); // of Calls.NOW
        insert(
                Calls.PLAIN.metered("req_1", 5, 9),
                Calls.PLAIN.unreconciled("req_2", 100),
                Calls.PLAIN.unreconciled("req_3", 100),
                new Calls("default", "openai", null, null).metered("req_4", 1_000, 9));
        resolutions.resolve("owner", "req_2", 20, "");
        assertEquals(
                List.of(new DailyUsage(day, "claude-sonnet-4-5", 3, 10, 20, 0, 0, 125, 2)),
                ledger.sums().daily("anthropic", day, day));
        assertEquals(List.of(), ledger.sums().daily("anthropic", day.plusDays(1), day.plusDays(9)));
        assertEquals(List.of(), ledger.sums().daily("anthropic", day.minusDays(9), day.minusDays(1)));
        assertTrue(ledger.sums().daily("nobody", day, day).isEmpty());
    }
}
