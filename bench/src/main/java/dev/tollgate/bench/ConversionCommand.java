package dev.tollgate.bench;

import static dev.tollgate.bench.report.Table.figure;

import dev.tollgate.bench.conversion.ConversionBenchmark;
import dev.tollgate.bench.conversion.ConversionFigure;
import dev.tollgate.bench.report.Machine;
import dev.tollgate.bench.report.Output;
import dev.tollgate.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

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
        var arguments = new Arguments(words, "rounds seconds warmup", "json");
        var options = new OptionsBuilder()
                .include(ConversionBenchmark.class.getName())
                .forks(1)
                .warmupIterations(1)
                .warmupTime(new TimeValue(arguments.seconds("warmup", 6, 1, 600).toSeconds(), TimeUnit.SECONDS))
                .measurementIterations(arguments.number("rounds", 3, 1, 1000))
                .measurementTime(
                        new TimeValue(arguments.seconds("seconds", 2, 1, 3600).toSeconds(), TimeUnit.SECONDS))
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        try {
            List<ConversionFigure> figures = new ArrayList<>();
            for (RunResult result : new Runner(options).run()) {
                figures.add(ConversionFigure.of(result));
            }
            new Output(arguments.has("json")).print(new Report(Machine.here().toString(), commandLine, figures));
            return !figures.isEmpty();
        } catch (RunnerException e) {
            throw new BenchException("JMH could not run: " + e.getMessage(), e);
        }
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
