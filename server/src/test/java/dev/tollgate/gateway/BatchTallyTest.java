package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Discount;
import dev.tollgate.catalog.Discounts;
import dev.tollgate.catalog.Glob;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Price;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.holdings.Holding;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.Payer;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a batch is billed when its answers name other models than its requests did. */
class BatchTallyTest {
    private static final long USD = 1_000_000_000L;
    private static final long BOUND = 7 * USD;
    private static final Provider PROVIDER =
            new Provider("p", Set.of(Dialect.ANTHROPIC), URI.create("https://p.example"), AuthStyle.X_API_KEY, false);
    private static final CatalogView CATALOG =
            CatalogView.of(List.of(PROVIDER), List.of(model("cheap", 1), model("dear", 10)), List.of());

    private static Model model(String id, long usdPerMTok) {
        long nano = usdPerMTok * USD;
        Price price = new Price(nano, nano, nano, nano, nano, 0, null, LocalDate.EPOCH, "test");
        return new Model("p", id, Set.of(), id, 0, 0, Instant.EPOCH, List.of(price));
    }

    private static BatchTally tally(boolean priced, String... models) {
        return tally(CATALOG, priced, models);
    }

    private static BatchTally tally(CatalogView catalog, boolean priced, String... models) {
        Holding batch = new Holding(
                "req_1",
                Holding.Kind.BATCH,
                "b_1",
                "anthropic",
                "p",
                "cred_1",
                "main",
                new Payer("key_1", "owner", "personal", null),
                "batcher",
                1_000,
                Holding.State.OPEN,
                List.of(models),
                priced,
                BOUND,
                "{}");
        return new BatchTally(batch, catalog);
    }

    /** A million tokens, so that the price per million is what it costs. */
    private static byte[] answered(String model) {
        String named = model.isEmpty() ? "" : "\"model\":\"" + model + "\",";
        return ("{\"custom_id\":\"a\",\"result\":{\"type\":\"succeeded\",\"message\":{\"type\":\"message\"," + named
                        + "\"content\":[],\"usage\":{\"input_tokens\":1000000,\"output_tokens\":0}}}}")
                .getBytes(UTF_8);
    }

    private static void isAtItsBound(BatchTally tally) {
        List<CallRecord> rows = tally.rows(2_000);
        assertEquals(1, rows.size());
        assertEquals(BOUND, rows.getFirst().reservedNanoUsd());
        assertEquals(
                true,
                assertInstanceOf(
                                Charge.AtReservation.class,
                                rows.getFirst().end().charge())
                        .priced());
    }

    private static long costNanoUsd(BatchTally tally) {
        return tally.rows(2_000).stream()
                .mapToLong(
                        row -> assertInstanceOf(Charge.Metered.class, row.end().charge())
                                .costNanoUsd())
                .sum();
    }

    @Test
    void answersOfTheModelsThatWereAskedAreBilledEachAtItsPrice() {
        BatchTally tally = tally(true, "cheap", "dear");
        tally.line(answered("cheap"));
        tally.line(answered("dear"));
        tally.line(answered("dear"));
        assertEquals(21 * USD, costNanoUsd(tally));
    }

    @Test
    void everyRowNamesTheAppThatMadeTheBatch() {
        BatchTally tally = tally(true, "cheap", "dear");
        tally.line(answered("cheap"));
        tally.line(answered("dear"));
        assertEquals(
                List.of("batcher", "batcher"),
                tally.rows(2_000).stream()
                        .map(row -> row.start().client().app())
                        .toList());
    }

    @Test
    void anAnswerUnderANameThatNobodyAskedAndNoPriceHasIsNotFree() {
        BatchTally tally = tally(true, "cheap", "dear");
        tally.line(answered("cheap"));
        tally.line(answered("quite-new"));
        isAtItsBound(tally);
    }

    @Test
    void anAnswerThatNamesNoModelIsNotFreeWhereItCouldBeOneOfSeveral() {
        BatchTally tally = tally(true, "cheap", "dear");
        tally.line(answered(""));
        isAtItsBound(tally);
    }

    @Test
    void whereOneModelWasAskedItIsTheOneThatAnswered() {
        BatchTally tally = tally(true, "dear");
        tally.line(answered(""));
        tally.line(answered("dear-20270101"));
        assertEquals(20 * USD, costNanoUsd(tally));
    }

    @Test
    void aModelThatWasAskedAndHasNoPriceIsMeteredAtNoCostBesideOneThatHas() {
        BatchTally tally = tally(true, "cheap", "own");
        tally.line(answered("own"));
        tally.line(answered("cheap"));
        assertEquals(USD, costNanoUsd(tally));
        assertEquals(2, tally.rows(2_000).size());
    }

    @Test
    void whatTheProviderTakesOffForTheAccountIsTakenOffEachRow() {
        Discount quarter =
                new Discount("d", "personal", "p", new Glob("cheap"), 250_000, LocalDate.EPOCH, LocalDate.EPOCH);
        CatalogView discounted = CatalogView.of(
                List.of(PROVIDER),
                List.of(model("cheap", 1), model("dear", 10)),
                List.of(),
                new Discounts(List.of(quarter)));
        BatchTally tally = tally(discounted, true, "cheap", "dear");
        tally.line(answered("cheap"));
        tally.line(answered("cheap"));
        tally.line(answered("dear"));
        List<CallRecord> rows = tally.rows(2_000);
        assertEquals(
                List.of(2 * USD * 3 / 4, 10 * USD),
                rows.stream().map(CallRecord::costNanoUsd).toList());
        assertEquals(
                List.of(2 * USD / 4, 0L),
                rows.stream().map(CallRecord::discountNanoUsd).toList());
    }
}
