package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Quantiles;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.stats.Statistics.Spread;
import dev.tollgate.bench.subject.OwnSchema;
import dev.tollgate.bench.subject.StoreUnderTest;
import dev.tollgate.bench.subject.TestBed;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Durable settlements by the store alone: no HTTP, no loader, no mock beside it on the same cores. */
final class StoreSettlements {
    private static final String BAR = "≥ 10,000 a second on SQLite";

    private StoreSettlements() {}

    /**
     * Measures and prints.
     *
     * @param database null: an SQLite file in the bench's own folder
     */
    static boolean run(
            String commandLine,
            @Nullable Path work,
            @Nullable String database,
            int inFlight,
            int rounds,
            Duration round,
            Duration warmUp,
            Output output)
            throws InterruptedException {
        try (TestBed bed = TestBed.in(work)) {
            Path home = bed.folder().resolve("home");
            DatabaseUrl url = database == null
                    ? new DatabaseUrl.Sqlite(bed.folder().resolve("tollgate.db"))
                    : DatabaseUrl.parse(database);
            var conditions = Conditions.now(commandLine, "none: its store alone, " + url, bed.folder());
            try (OwnSchema schema = OwnSchema.within(url);
                    StoreUnderTest store = StoreUnderTest.open(home, schema.url())) {
                output.progress("warming up");
                long settled = store.settleDuring(warmUp, inFlight).settled();
                var samples = new ArrayList<Sample>();
                for (int i = 1; i <= rounds; i++) {
                    Sample sample = Sample.of(i, store.settleDuring(round, inFlight));
                    settled += sample.settled();
                    samples.add(sample);
                    output.progress("round %d of %d: %s a second".formatted(i, rounds, figure(sample.perSecond(), 0)));
                }
                var report = new Report(
                        conditions,
                        inFlight,
                        samples,
                        Spread.of(samples.stream().map(Sample::perSecond).toList()),
                        settled,
                        store.ledgerCalls(),
                        store.auditRows());
                output.print(report);
                return report.isWhole();
            }
        } catch (Refusal e) {
            throw new BenchException(e.text() + " " + e.cure(), e);
        }
    }

    /**
     * One round.
     *
     * @param processorMicros of the whole process, by settlement
     * @param latencyMillis from a settlement's submission until it is durable
     */
    record Sample(int round, long settled, double perSecond, double processorMicros, Quantiles latencyMillis) {
        static Sample of(int round, StoreUnderTest.Settled result) {
            return new Sample(
                    round,
                    result.settled(),
                    result.perSecond(),
                    result.processorNanos() / 1e3 / result.settled(),
                    Quantiles.of(result.latency()));
        }
    }

    /**
     * All rounds.
     *
     * @param acknowledged settlements that were told to be durable, warm-up included; the ledger and the audit trail have a row for each
     */
    record Report(
            Conditions conditions,
            int inFlight,
            List<Sample> samples,
            Spread perSecond,
            long acknowledged,
            long ledgerCalls,
            long auditRows)
            implements Output.Report {
        boolean isWhole() {
            return ledgerCalls == acknowledged && auditRows == acknowledged;
        }

        @Override
        public String text() {
            var table = new Table("round", "settlements/s", "µs each", "p50 ms", "p99 ms");
            for (Sample sample : samples) {
                table.row(
                        Integer.toString(sample.round()),
                        figure(sample.perSecond(), 0),
                        figure(sample.processorMicros(), 1),
                        figure(sample.latencyMillis().p50(), 2),
                        figure(sample.latencyMillis().p99(), 2));
            }
            table.row("median", figure(perSecond.median(), 0), "", "", "");
            return conditions.text()
                    + """

                    Durable settlements by the store alone, %,d calls in flight
                    bar: %s
                    %s%,d told to be durable; %,d rows of calls, %,d of the audit trail
                    """.formatted(inFlight, BAR, table, acknowledged, ledgerCalls, auditRows)
                    + (isWhole() ? "" : "BROKEN: each settlement has one row of a call and one of the audit trail\n");
        }
    }
}
