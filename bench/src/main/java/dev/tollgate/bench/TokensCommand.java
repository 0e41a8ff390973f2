package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.report.Machine;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import dev.tollgate.bench.tokens.TokensBenchmark;
import java.util.List;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/** What verifying an access token costs by itself: {@link TokensBenchmark} under JMH. */
final class TokensCommand implements Command {
    private static final String BAR = "≤ 5 µs for a token that is known";

    @Override
    public String usage() {
        return """
                Usage: tokens [OPTION…]
                Verifies access tokens as the model path does, known ones and forged ones, under JMH.

                  --rounds N   default 3
                  --seconds N  of a round; default 2
                  --warmup N   seconds before each benchmark's first round; default 6
                  --json       the report as JSON
                """;
    }

    @Override
    public boolean run(String[] words, String commandLine) {
        var arguments = new Arguments(words, Microbenchmark.VALUED, "json");
        List<Figure> figures = Microbenchmark.run(Microbenchmark.of(TokensBenchmark.class, arguments)).stream()
                .map(Figure::of)
                .toList();
        new Output(arguments.has("json")).print(new Report(Machine.here().toString(), commandLine, BAR, figures));
        return !figures.isEmpty();
    }

    /**
     * What one benchmark found.
     *
     * @param micros of a token
     * @param error of that, half of its interval at 99.9 %
     * @param allocatedBytes for a token
     */
    record Figure(String token, double micros, double error, double allocatedBytes) {
        static Figure of(RunResult result) {
            Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
            return new Figure(
                    result.getPrimaryResult().getLabel(),
                    result.getPrimaryResult().getScore(),
                    result.getPrimaryResult().getScoreError(),
                    allocated == null ? Double.NaN : allocated.getScore());
        }
    }

    /** A line for each kind of token. */
    record Report(String machine, String command, String bar, List<Figure> figures) implements Output.Report {
        @Override
        public String text() {
            var table = new Table("token", "µs", "± µs", "B allocated");
            for (Figure figure : figures) {
                table.row(
                        figure.token(),
                        figure(figure.micros(), 2),
                        figure(figure.error(), 2),
                        figure(figure.allocatedBytes(), 0));
            }
            return "machine  " + machine + "\ncommand  " + command + "\nbar      " + bar + "\n\n" + table;
        }
    }
}
