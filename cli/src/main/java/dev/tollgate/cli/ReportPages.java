package dev.tollgate.cli;

import dev.tollgate.cli.ProviderReport.Figure;
import dev.tollgate.cli.ProviderReport.Place;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Usage and cost reports as the admin APIs of Anthropic and OpenAI page them: {@code data} holds a bucket for each day, and that
 * {@code results} for each model. Anthropic's amounts are cents in a string, OpenAI's dollars in an object.
 */
final class ReportPages {
    private final LocalDate from;
    private final LocalDate to;
    private final Set<Figure> figures = EnumSet.noneOf(Figure.class);
    private final Map<Place, Map<Figure, BigDecimal>> rows = new TreeMap<>();
    private int otherDays;

    private ReportPages(LocalDate from, LocalDate to) {
        this.from = from;
        this.to = to;
    }

    /** @throws Failure if they are no such pages */
    static ProviderReport read(List<Json.Obj> pages, LocalDate from, LocalDate to) {
        ReportPages report = new ReportPages(from, to);
        boolean any = false;
        for (Json.Obj page : pages) {
            any |= page.has("data");
            page.rows("data").forEach(report::bucket);
        }
        if (!any) {
            throw Failure.usage(
                    "The report has no page of an admin API.", "Give what GET …/costs or …/cost_report answered.");
        }
        return new ProviderReport(report.figures, report.rows, report.otherDays);
    }

    private void bucket(Json.Obj bucket) {
        LocalDate day = day(bucket);
        for (Json.Obj result : bucket.rows("results")) {
            if (day.isBefore(from) || day.isAfter(to)) {
                otherDays++;
            } else {
                add(day, result);
            }
        }
    }

    private static LocalDate day(Json.Obj bucket) {
        try {
            return bucket.has("starting_at")
                    ? OffsetDateTime.parse(bucket.text("starting_at"))
                            .withOffsetSameInstant(ZoneOffset.UTC)
                            .toLocalDate()
                    : LocalDate.ofInstant(
                            Instant.ofEpochSecond(Long.parseLong(bucket.text("start_time"))), ZoneOffset.UTC);
        } catch (DateTimeException | NumberFormatException malformed) {
            throw wrong("a day of it has no start");
        }
    }

    private void add(LocalDate day, Json.Obj result) {
        Map<Figure, BigDecimal> sums =
                rows.computeIfAbsent(Place.of(day, model(result)), first -> new EnumMap<>(Figure.class));
        if (result.has("amount")) {
            add(sums, Figure.COST, cost(result));
            return;
        }
        if (result.has("uncached_input_tokens")) {
            Json.Obj written = result.child("cache_creation");
            add(sums, Figure.INPUT, count(result, "uncached_input_tokens"));
            add(sums, Figure.CACHE_READ, count(result, "cache_read_input_tokens"));
            add(sums, Figure.CACHE_WRITE, count(written, "ephemeral_5m_input_tokens"));
            add(sums, Figure.CACHE_WRITE, count(written, "ephemeral_1h_input_tokens"));
        } else if (result.has("input_tokens")) {
            // OpenAI counts what was read from the cache as input, too; here, input is what no cache held.
            BigDecimal cached = count(result, "input_cached_tokens");
            add(sums, Figure.INPUT, count(result, "input_tokens").subtract(cached));
            add(sums, Figure.CACHE_READ, cached);
        } else {
            throw wrong("a line of it has neither an amount nor tokens");
        }
        add(sums, Figure.OUTPUT, count(result, "output_tokens"));
    }

    private void add(Map<Figure, BigDecimal> sums, Figure figure, BigDecimal value) {
        figures.add(figure);
        sums.merge(figure, value, BigDecimal::add);
    }

    /** What is billed for no model, such as searches, stands under its own name: it is no cost of ours, and must show. */
    private static String model(Json.Obj result) {
        for (String field : List.of("model", "line_item", "description", "cost_type")) {
            if (result.has(field) && !result.text(field).isEmpty()) {
                return field.equals("line_item")
                        ? ProviderReport.modelOfLineItem(result.text(field))
                        : result.text(field);
            }
        }
        return "(not said)";
    }

    private static BigDecimal cost(Json.Obj result) {
        boolean object = result.child("amount").has("value");
        Json.Obj said = object ? result.child("amount") : result;
        if (!said.text("currency").equalsIgnoreCase("USD")) {
            throw wrong("an amount of it is not in US dollars");
        }
        return object
                ? number(said.text("value"))
                : number(result.text("amount")).movePointLeft(2);
    }

    private static BigDecimal count(Json.Obj result, String field) {
        return result.has(field) ? number(result.text(field)) : BigDecimal.ZERO;
    }

    private static BigDecimal number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            // A larger exponent would be billions of digits once it is added to anything.
            if (text.length() <= 40 && Math.abs((long) number.scale()) <= 40) {
                return number;
            }
        } catch (NumberFormatException malformed) {
            // said below
        }
        throw wrong("a figure of it is no number");
    }

    private static Failure wrong(String what) {
        return Failure.usage("The report cannot be read: " + what + ".", "Fetch or export it again.");
    }
}
