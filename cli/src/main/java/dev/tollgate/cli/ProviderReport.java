package dev.tollgate.cli;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A provider's usage or cost report, by day and model: a CSV export, or pages of an admin API ({@link ReportPages}). Columns are
 * found by their names: ours, those of Anthropic's console exports, and those of OpenAI's usage and cost exports.
 *
 * @param figures which of them the report has
 * @param rows what it says, of the days that were asked for
 * @param otherDays lines of other days, which are left out
 */
record ProviderReport(Set<Figure> figures, Map<Place, Map<Figure, BigDecimal>> rows, int otherDays) {
    private static final Pattern DATED = Pattern.compile("-(\\d{8}|\\d{4}-\\d{2}-\\d{2})$");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");
    private static final List<String> DATE = List.of("date", "usage_date_utc", "start_time_iso");
    private static final String LINE_ITEM = "line_item";
    private static final List<String> MODEL = List.of("model", "model_version", LINE_ITEM);
    private static final List<String> CURRENCY = List.of("currency", "amount_currency");

    /** What is compared. */
    enum Figure {
        INPUT("input_tokens"),
        CACHE_READ("cache_read_tokens"),
        CACHE_WRITE("cache_write_tokens"),
        OUTPUT("output_tokens"),
        COST("cost_usd");

        private final String field;

        Figure(String field) {
            this.field = field;
        }

        /** As the admin API calls it, and so do reports of no provider's form. */
        String field() {
            return field;
        }

        /** Its columns; those that a report has are added up. */
        private List<String> columns() {
            return switch (this) {
                case INPUT -> List.of(field, "usage_input_tokens_no_cache");
                case CACHE_READ -> List.of(field, "usage_input_tokens_cache_read", "input_cached_tokens");
                case CACHE_WRITE ->
                    List.of(field, "usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write_1h");
                case OUTPUT -> List.of(field, "usage_output_tokens");
                case COST -> List.of(field, "amount_value");
            };
        }
    }

    /** A day and a model; dated versions of a model, and its name for people, are the same model. */
    record Place(LocalDate day, String model) implements Comparable<Place> {
        static Place of(LocalDate day, String model) {
            String plain = model.toLowerCase(Locale.ROOT).replace(' ', '-').replace('.', '-');
            return new Place(day, DATED.matcher(plain).replaceFirst(""));
        }

        @Override
        public int compareTo(Place other) {
            int days = day.compareTo(other.day);
            return days != 0 ? days : model.compareTo(other.model);
        }
    }

    /** What a line of a bill is for: {@code gpt-4.1-2025-04-14, cached input} is for that model. */
    static String modelOfLineItem(String lineItem) {
        int comma = lineItem.indexOf(',');
        return comma < 0 ? lineItem : lineItem.substring(0, comma);
    }

    static ProviderReport read(String text, LocalDate from, LocalDate to) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") ? ofJson(text, from, to) : ofCsv(text, from, to);
    }

    /** One page, or a list of them. */
    private static ProviderReport ofJson(String text, LocalDate from, LocalDate to) {
        Json json;
        try {
            json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (RuntimeException malformed) {
            throw Failure.usage("The file begins like JSON and is none.", "Export the report again.");
        }
        List<Json.Obj> pages = json instanceof Json.Arr(List<Json> items)
                ? items.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(Json.Obj.class::cast)
                        .toList()
                : List.of((Json.Obj) json);
        return ReportPages.read(pages, from, to);
    }

    private static ProviderReport ofCsv(String text, LocalDate from, LocalDate to) {
        List<Csv.Row> lines = Csv.parse(text);
        if (lines.isEmpty()) {
            throw Failure.usage("The file is empty.", "Export the report again.");
        }
        Map<String, Integer> header = new TreeMap<>();
        List<String> names = lines.getFirst().cells();
        for (int i = 0; i < names.size(); i++) {
            header.put(names.get(i).toLowerCase(Locale.ROOT), i);
        }
        Set<Figure> figures = EnumSet.noneOf(Figure.class);
        for (Figure figure : Figure.values()) {
            if (figure.columns().stream().anyMatch(header::containsKey)) {
                figures.add(figure);
            }
        }
        boolean placed =
                DATE.stream().anyMatch(header::containsKey) && MODEL.stream().anyMatch(header::containsKey);
        if (!placed || figures.isEmpty()) {
            throw Failure.usage(
                    "The file's first line names no date, no model or no figure.",
                    "It needs date, model and some of input_tokens, cache_read_tokens, cache_write_tokens,"
                            + " output_tokens, cost_usd; or Anthropic's or OpenAI's own names: see docs/cli.md.");
        }
        Map<Place, Map<Figure, BigDecimal>> rows = new TreeMap<>();
        int otherDays = 0;
        for (Csv.Row line : lines.subList(1, lines.size())) {
            Line read = new Line(header, line);
            LocalDate day = read.day();
            if (day.isBefore(from) || day.isAfter(to)) {
                otherDays++;
            } else {
                read.addTo(rows.computeIfAbsent(Place.of(day, read.model()), place -> new EnumMap<>(Figure.class)));
            }
        }
        return new ProviderReport(figures, rows, otherDays);
    }

    /** One line, read by the names of its columns. */
    private record Line(Map<String, Integer> header, Csv.Row row) {
        String text(List<String> columns) {
            return columns.stream()
                    .filter(header::containsKey)
                    .map(this::cell)
                    .findFirst()
                    .orElse("");
        }

        private String cell(String column) {
            int index = header.getOrDefault(column, -1);
            return index < 0 || index >= row.cells().size() ? "" : row.cells().get(index);
        }

        String model() {
            String text = text(MODEL);
            boolean lineItem = header.containsKey(LINE_ITEM) && text.equals(cell(LINE_ITEM));
            return lineItem ? modelOfLineItem(text) : text;
        }

        LocalDate day() {
            String text = text(DATE);
            try {
                return text.length() == "2026-11-22".length()
                        ? LocalDate.parse(text)
                        : OffsetDateTime.parse(text)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDate();
            } catch (DateTimeException malformed) {
                throw wrong("has no date like 2026-11-22");
            }
        }

        void addTo(Map<Figure, BigDecimal> sums) {
            String currency = text(CURRENCY);
            if (!currency.isEmpty() && !currency.equalsIgnoreCase("USD")) {
                throw wrong("is not in US dollars");
            }
            for (Figure figure : Figure.values()) {
                figure.columns().stream()
                        .filter(header::containsKey)
                        .forEach(column -> sums.merge(figure, number(column), BigDecimal::add));
            }
            // OpenAI counts what was read from the cache as input, too; here, input is what no cache held.
            if (header.containsKey("input_cached_tokens")) {
                sums.merge(Figure.INPUT, number("input_cached_tokens").negate(), BigDecimal::add);
            }
        }

        private BigDecimal number(String column) {
            String text = cell(column);
            if (text.isEmpty()) {
                return BigDecimal.ZERO;
            }
            if (!NUMBER.matcher(text).matches()) {
                throw wrong("has a " + column + " that is no number");
            }
            return new BigDecimal(text);
        }

        private Failure wrong(String what) {
            return Failure.usage("Line " + row.line() + " of the file " + what + ".", "Export the report again.");
        }
    }
}
