package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.stats.Statistics;
import dev.tollgate.bench.stats.Statistics.Spread;
import dev.tollgate.bench.subject.Expense;
import dev.tollgate.bench.subject.TestBed;
import dev.tollgate.identity.people.SignInsUnderTest;
import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** How many people one core signs in in a minute, and what of a sign-in is the password's hash or the passkey's proof. */
final class SignInsCommand implements Command {
    private static final String BAR = "≥ 500 a minute on one core, by password and code";

    private static final int PEOPLE = 100;

    /** So many at a time, of which each lot takes long enough to be measured. */
    private static final int PASSWORDS = 10;

    private static final int PASSKEYS = 200;

    @Override
    public String usage() {
        return """
                Usage: sign-ins [OPTION…]
                Signs people in, one after the other: by password and code, and by passkey. Then by itself what of each costs
                most: the password's Argon2id, the passkey's proof.

                  --rounds N   default 5
                  --seconds N  of each of the four in a round; default 3
                  --warmup N   seconds of each before the first round; default 5
                  --work DIR   where its temporary store is made, which should be a disk; default: the system's
                  --json       the report as JSON
                """;
    }

    @Override
    public boolean run(String[] words, String commandLine) {
        var arguments = new Arguments(words, Microbenchmark.VALUED + " work", "json");
        int rounds = arguments.number("rounds", 5, 1, 1000);
        Duration round = arguments.seconds("seconds", 3, 1, 3600);
        Duration warmUp = arguments.seconds("warmup", 5, 1, 600);
        var output = new Output(arguments.has("json"));
        Report report = measured(commandLine, GateOptions.work(arguments), rounds, round, warmUp, output);
        output.print(report);
        return report.isWhole();
    }

    private static Report measured(
            String commandLine, @Nullable Path work, int rounds, Duration round, Duration warmUp, Output output) {
        try (TestBed bed = TestBed.in(work)) {
            var conditions = Conditions.now(commandLine, "none: sign-ins alone", bed.folder());
            output.progress("warming up");
            try (var often = SignInsUnderTest.forWarmUp(bed.folder().resolve("warm-up"), PEOPLE)) {
                Round.of(often, warmUp);
            }
            try (var signIns = SignInsUnderTest.open(bed.folder().resolve("home"), PEOPLE)) {
                Expense.during(warmUp, () -> signIns.passwordChecks(PASSWORDS));
                var samples = new ArrayList<Round>();
                for (int i = 1; i <= rounds; i++) {
                    Round sample = Round.of(signIns, round);
                    samples.add(sample);
                    output.progress("round %d of %d: %s a minute"
                            .formatted(i, rounds, figure(sample.password().perMinute(), 0)));
                }
                return Report.of(conditions, samples, signIns.audited());
            }
        } catch (Refusal e) {
            throw new BenchException(e.text() + " " + e.cure(), e);
        }
    }

    /**
     * One round.
     *
     * @param password sign-ins by password and code
     * @param hash of the password alone
     * @param passkey sign-ins by passkey
     * @param assertion of the passkey alone
     */
    record Round(Expense password, Expense hash, Expense passkey, Expense assertion) {
        static Round of(SignInsUnderTest signIns, Duration time) {
            return new Round(
                    Expense.during(time, () -> signIns.byPassword(PASSWORDS)),
                    Expense.during(time, () -> signIns.passwordChecks(PASSWORDS)),
                    Expense.during(time, () -> signIns.byPasskey(PASSKEYS)),
                    Expense.during(time, () -> signIns.assertions(PASSKEYS)));
        }

        long signIns() {
            return password.times() + passkey.times();
        }

        /** What the hash is of the processor time of a sign-in by password: 0 to 1. */
        double hashShare() {
            return hash.processorMicros() / password.processorMicros();
        }

        /** The same of the assertion and a sign-in by passkey. */
        double assertionShare() {
            return assertion.processorMicros() / passkey.processorMicros();
        }
    }

    /**
     * What the rounds say of one kind of work; medians beside the spread.
     *
     * @param perMinute how often a core does it
     * @param processorMicros of one, all threads
     * @param elapsedMicros of one, with the wait for the disk
     * @param allocatedBytes of one, all threads
     */
    record Figure(String work, Spread perMinute, double processorMicros, double elapsedMicros, double allocatedBytes) {
        static Figure of(String work, List<Round> rounds, Function<Round, Expense> which) {
            List<Expense> expenses = rounds.stream().map(which).toList();
            return new Figure(
                    work,
                    Spread.of(expenses.stream().map(Expense::perMinute).toList()),
                    median(expenses, Expense::processorMicros),
                    median(expenses, Expense::elapsedMicros),
                    median(expenses, Expense::allocatedEach));
        }

        private static double median(List<Expense> expenses, ToDoubleFunction<Expense> figure) {
            return Statistics.median(expenses.stream().mapToDouble(figure).toArray());
        }
    }

    /**
     * A line for each kind of work.
     *
     * @param hashShare what Argon2id is of the processor time of a sign-in by password, by round
     * @param assertionShare what the proof is of that of a sign-in by passkey, by round
     * @param signIns people who were told that they are in; the audit trail has a row for each
     */
    record Report(
            Conditions conditions,
            String argon2id,
            String bar,
            List<Figure> figures,
            Spread hashShare,
            Spread assertionShare,
            long signIns,
            long audited)
            implements Output.Report {
        static Report of(Conditions conditions, List<Round> rounds, long audited) {
            return new Report(
                    conditions,
                    SignInsUnderTest.argon2id(),
                    BAR,
                    List.of(
                            Figure.of("password and code", rounds, Round::password),
                            Figure.of("  Argon2id alone", rounds, Round::hash),
                            Figure.of("passkey", rounds, Round::passkey),
                            Figure.of("  its proof alone", rounds, Round::assertion)),
                    Spread.of(rounds.stream().map(Round::hashShare).toList()),
                    Spread.of(rounds.stream().map(Round::assertionShare).toList()),
                    rounds.stream().mapToLong(Round::signIns).sum(),
                    audited);
        }

        boolean isWhole() {
            return signIns == audited;
        }

        @Override
        public String text() {
            var table = new Table(
                    "one after the other", "a minute, one core", "least", "most", "µs", "µs elapsed", "B allocated");
            for (Figure figure : figures) {
                table.row(
                        figure.work(),
                        figure(figure.perMinute().median(), 0),
                        figure(figure.perMinute().min(), 0),
                        figure(figure.perMinute().max(), 0),
                        figure(figure.processorMicros(), 0),
                        figure(figure.elapsedMicros(), 0),
                        figure(figure.allocatedBytes(), 0));
            }
            return conditions.text()
                    + """

                    Sign-ins with a durable session and its row in the audit trail; µs are of the processor, all threads
                    bar: %s
                    %s
                    Argon2id (%s) is %s %% of a sign-in by password, the proof %s %% of one by passkey
                    %,d sign-ins; %,d in the audit trail
                    """.formatted(
                                    bar,
                                    table,
                                    argon2id,
                                    figure(100 * hashShare.median(), 0),
                                    figure(100 * assertionShare.median(), 0),
                                    signIns,
                                    audited)
                    + (isWhole() ? "" : "BROKEN: each sign-in has one row in the audit trail\n");
        }
    }
}
