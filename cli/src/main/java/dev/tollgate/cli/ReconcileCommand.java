package dev.tollgate.cli;

import dev.tollgate.cli.ProviderReport.Figure;
import dev.tollgate.cli.ProviderReport.Place;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.TypeConversionException;

/** {@code reconcile}: what the gate has metered against what the provider reports. Changes nothing. */
final class ReconcileCommand extends ServerCommand {
    private static final long MOST_BYTES = 64L << 20;

    /** One figure that differs. */
    private record Difference(Place place, Figure figure, BigDecimal gate, BigDecimal provider) {}

    private final Arg<String> provider = required("--provider", "NAME", "Whose report it is.");
    private final Arg<String> from =
            required("--from", "DATE", String.class, PriceCommands::date, "The first day (UTC), like 2026-11-01.");
    private final Arg<String> to = required("--to", "DATE", String.class, PriceCommands::date, "The last day.");
    private final Arg<Path> csv = option(
            "--csv", "FILE", Path.class, "The provider's report: a CSV export, or pages of its admin API as JSON.");
    private final Arg<Boolean> fetch =
            flag("Fetch the report from the provider's admin API; the admin key is asked for, or piped in.", "--fetch");
    private final Arg<String> threshold = option(
            "--threshold",
            "PERCENT",
            "1",
            String.class,
            ReconcileCommand::percent,
            "Differences up to this are not shown. Default: 1.");

    ReconcileCommand() {
        super("reconcile", "Compare the ledger with a provider's report. Exit code 1 where they differ.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) throws IOException {
        if (fetch.value() == csv.given().isPresent()) {
            throw Failure.usage("The report is missing, or given twice.", "Give --csv FILE or --fetch.");
        }
        LocalDate first = LocalDate.parse(from.value());
        LocalDate last = LocalDate.parse(to.value());
        ProviderReport report = fetch.value()
                ? fetched(api, surroundings, first, last)
                : ProviderReport.read(text(csv.value()), first, last);
        List<Json.Obj> metered = api.get(Resource.of("/ledger/daily")
                        .query("provider", provider.value())
                        .query("from", from.value())
                        .query("to", to.value()))
                .rows("data");
        Map<Place, Map<Figure, BigDecimal>> gate = figures(metered);
        Set<Place> places = new TreeSet<>(gate.keySet());
        places.addAll(report.rows().keySet());
        List<Difference> differences = differences(places, gate, report);
        long unreconciled = metered.stream()
                .mapToLong(row -> row.number("unreconciled_calls"))
                .sum();
        int compared = places.size() * report.figures().size();
        if (json()) {
            out.json(json(report, differences, compared, unreconciled));
        } else {
            print(report, differences, compared, unreconciled, out);
        }
        return differences.isEmpty() ? 0 : Failure.REFUSED;
    }

    private ProviderReport fetched(AdminApi api, Surroundings surroundings, LocalDate first, LocalDate last)
            throws IOException {
        String key = SecretInput.read("Admin key of " + provider.value(), surroundings);
        Json.Obj answer = api.post(
                Resource.of("/ledger/report"),
                Json.object()
                        .put("provider", provider.value())
                        .put("from", from.value())
                        .put("to", to.value())
                        .put("admin_key", key));
        return ReportPages.read(answer.rows("pages"), first, last);
    }

    private static String text(Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw Failure.usage("The file is larger than 64 MiB.", "Export fewer days.");
            }
            return Files.readString(file);
        } catch (NoSuchFileException missing) {
            throw Failure.usage("There is no file " + file + ".", "Give --csv the report that the provider exported.");
        } catch (CharacterCodingException binary) {
            throw Failure.usage(file + " is not UTF-8 text.", "Give --csv the report that the provider exported.");
        }
    }

    private static Map<Place, Map<Figure, BigDecimal>> figures(List<Json.Obj> metered) {
        Map<Place, Map<Figure, BigDecimal>> sums = new TreeMap<>();
        for (Json.Obj row : metered) {
            Place place = Place.of(LocalDate.parse(row.text("date")), row.text("model"));
            Map<Figure, BigDecimal> figures = sums.computeIfAbsent(place, first -> new EnumMap<>(Figure.class));
            for (Figure figure : Figure.values()) {
                figures.merge(figure, new BigDecimal(row.text(figure.field())), BigDecimal::add);
            }
        }
        return sums;
    }

    private List<Difference> differences(
            Set<Place> places, Map<Place, Map<Figure, BigDecimal>> gate, ProviderReport report) {
        BigDecimal percent = new BigDecimal(threshold.value());
        List<Difference> differences = new ArrayList<>();
        for (Place place : places) {
            for (Figure figure : report.figures()) {
                BigDecimal ours = figure(gate, place, figure);
                BigDecimal theirs = figure(report.rows(), place, figure);
                BigDecimal apart = ours.subtract(theirs).abs().movePointRight(2);
                if (apart.compareTo(percent.multiply(theirs.abs())) > 0) {
                    differences.add(new Difference(place, figure, ours, theirs));
                }
            }
        }
        return differences;
    }

    private static BigDecimal figure(Map<Place, Map<Figure, BigDecimal>> rows, Place place, Figure figure) {
        return rows.getOrDefault(place, Map.of()).getOrDefault(figure, BigDecimal.ZERO);
    }

    private void print(
            ProviderReport report, List<Difference> differences, int compared, long unreconciled, Output out) {
        Table table = new Table(
                Table.left("DATE"),
                Table.left("MODEL"),
                Table.left("FIGURE"),
                Table.right("GATE"),
                Table.right("PROVIDER"),
                Table.right("DIFFERENCE"));
        for (Difference difference : differences) {
            table.row(
                    difference.place().day().toString(),
                    difference.place().model(),
                    difference.figure().field(),
                    shown(difference.figure(), difference.gate()),
                    shown(difference.figure(), difference.provider()),
                    shown(difference.figure(), difference.gate().subtract(difference.provider())));
        }
        if (!differences.isEmpty()) {
            out.table(table, "");
        }
        out.line(Format.count(differences.size()) + " of " + Format.count(compared) + " figures differ by more than "
                + threshold.value() + " %.");
        if (unreconciled > 0) {
            out.line("Calls of unknown usage, whose tokens are missing here: " + Format.count(unreconciled)
                    + " (tollgate ledger unreconciled).");
        }
        if (report.otherDays() > 0) {
            out.line("Lines of other days, left out: " + Format.count(report.otherDays()) + ".");
        }
    }

    private static String shown(Figure figure, BigDecimal value) {
        return figure == Figure.COST ? Format.amount(value.toPlainString()) : Format.count(value.longValue());
    }

    private Json json(ProviderReport report, List<Difference> differences, int compared, long unreconciled) {
        Json.Obj object = Json.object()
                .put("provider", provider.value())
                .put("from", from.value())
                .put("to", to.value())
                .put("threshold_percent", threshold.value())
                .put("compared", compared)
                .put("unreconciled_calls", unreconciled)
                .put("lines_of_other_days", report.otherDays());
        List<Json> rows = new ArrayList<>();
        for (Difference difference : differences) {
            rows.add(Json.object()
                    .put("date", difference.place().day().toString())
                    .put("model", difference.place().model())
                    .put("figure", difference.figure().field())
                    .put("gate", difference.gate().toPlainString())
                    .put("provider", difference.provider().toPlainString()));
        }
        object.fields().put("differences", new Json.Arr(rows));
        return object;
    }

    private static String percent(String text) {
        if (!text.matches("\\d{1,3}(\\.\\d{1,3})?")) {
            throw new TypeConversionException("not a percentage like 1 or 0.5");
        }
        return text;
    }
}
