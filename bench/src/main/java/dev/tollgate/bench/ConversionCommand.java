package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.conversion.ConversionBenchmark;
import dev.tollgate.bench.conversion.ConversionFigure;
import dev.tollgate.bench.report.Machine;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import java.util.List;

/** What conversion costs by itself: {@link ConversionBenchmark} under JMH. */
final class ConversionCommand implements Command {
    @Override
    public String usage() {
        return """
                Usage: conversion [OPTION…]
                Converts requests of 10 KB and streams of 500 events between protocols, under JMH.

                  --rounds N   default 3
                  --seconds N  of a round; default 2
                  --warmup N   seconds before each benchmark's first round; default 6
                  --json       the report as JSON
                """;
    }

    @Override
    public boolean run(String[] words, String commandLine) {
        var arguments = new Arguments(words, Microbenchmark.VALUED, "json");
        List<ConversionFigure> figures =
                Microbenchmark.run(Microbenchmark.of(ConversionBenchmark.class, arguments)).stream()
                        .map(ConversionFigure::of)
                        .toList();
        new Output(arguments.has("json")).print(new Report(Machine.here().toString(), commandLine, figures));
        return !figures.isEmpty();
    }

    /** A line for each pair of protocols and kind of work. */
    record Report(String machine, String command, List<ConversionFigure> figures) implements Output.Report {
        @Override
        public String text() {
            var table = new Table("", "client-provider", "µs", "MB/s", "ns/event", "B/event", "KB allocated");
            for (ConversionFigure figure : figures) {
                table.row(
                        figure.work(),
                        figure.pair(),
                        figure(figure.micros(), 1),
                        figure(figure.megabytesPerSecond(), 0),
                        figure(figure.nanosPerEvent(), 0),
                        figure(figure.bytesPerEvent(), 0),
                        figure(figure.allocatedBytes() / 1e3, 1));
            }
            return "machine  " + machine + "\ncommand  " + command + "\n\n" + table;
        }
    }
}
