package dev.tollgate.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.TypeConversionException;

/** {@code usage}. */
final class UsageCommand extends ServerCommand {
    private static final List<String> COUNTS =
            List.of("calls", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens");
    private static final List<String> AMOUNTS = List.of("list_cost_usd", "discount_usd", "cost_usd");
    private static final List<String> BY =
            List.of("key", "member", "account", "app", "feature", "provider", "model", "day");

    private final Arg<String> by = option(
            "--by",
            "WHAT,…",
            "key",
            String.class,
            UsageCommand::dimensions,
            "Sum by one or several of " + String.join(", ", BY) + ". Default: key.");
    private final Arg<String> since = option(
            "--since",
            "WHEN",
            String.class,
            UsageCommand::moment,
            "A duration back (7d, 12h) or a date (2026-11-22). Default: all there is.");
    private final Arg<String> until = option(
            "--until",
            "WHEN",
            String.class,
            UsageCommand::moment,
            "The same for the end; a date is its first moment. Default: now.");

    UsageCommand() {
        super("usage", "What was used and what it cost.");
        footer(
                "",
                "A member is a person, or whoever holds a key that stands for nobody, by its name. Days are those of UTC.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        Json.Obj answer = api.get(Resource.of("/usage")
                .query("by", by.value())
                .query("since", since.given().orElse(""))
                .query("until", until.given().orElse("")));
        if (json()) {
            out.jsonRows(answer);
            return 0;
        }
        List<Json.Obj> rows = answer.rows("data");
        Json.Obj total = total(rows);
        boolean discounted = amount(total, "discount_usd").signum() != 0;
        List<Table.Column> columns = new ArrayList<>();
        dimensions().forEach(what -> columns.add(Table.left(what.toUpperCase(Locale.ROOT))));
        List.of("CALLS", "INPUT", "CACHE READ", "CACHE WRITE", "OUTPUT")
                .forEach(name -> columns.add(Table.right(name)));
        if (discounted) {
            columns.add(Table.right("LIST"));
            columns.add(Table.right("DISCOUNT"));
        }
        columns.add(Table.right("COST"));
        Table table = new Table(columns.toArray(Table.Column[]::new));
        rows.forEach(row -> add(table, names(row), row, discounted));
        if (rows.size() > 1) {
            List<String> names = new ArrayList<>(List.of("total"));
            dimensions().stream().skip(1).forEach(what -> names.add(""));
            add(table, names, total, discounted);
        }
        out.table(
                table,
                "Nothing was used" + since.given().map(when -> " since " + when).orElse("")
                        + until.given().map(when -> " until " + when).orElse("") + ".");
        return 0;
    }

    private List<String> dimensions() {
        return Format.words(by.value());
    }

    private List<String> names(Json.Obj row) {
        List<String> what = dimensions();
        if (what.size() == 1) {
            // A revoked key's name may have been given to another since.
            String id = what.getFirst().equals("key") && row.has("id") ? " (" + row.text("id") + ")" : "";
            return List.of(Format.orNone(row.text("name")) + id);
        }
        return what.stream().map(each -> Format.orNone(row.text(each))).toList();
    }

    private static void add(Table table, List<String> names, Json.Obj row, boolean discounted) {
        List<String> cells = new ArrayList<>(names);
        COUNTS.forEach(count -> cells.add(Format.count(row.number(count))));
        AMOUNTS.stream()
                .filter(amount -> discounted || amount.equals("cost_usd"))
                .forEach(amount -> cells.add(Format.cost(row.text(amount))));
        table.row(cells.toArray(String[]::new));
    }

    private static Json.Obj total(List<Json.Obj> rows) {
        Json.Obj total = Json.object();
        for (String column : COUNTS) {
            total.put(column, rows.stream().mapToLong(row -> row.number(column)).sum());
        }
        for (String column : AMOUNTS) {
            BigDecimal sum = rows.stream().map(row -> amount(row, column)).reduce(BigDecimal.ZERO, BigDecimal::add);
            total.put(column, sum.toPlainString());
        }
        return total;
    }

    private static BigDecimal amount(Json.Obj row, String column) {
        try {
            return new BigDecimal(row.text(column));
        } catch (NumberFormatException absent) {
            return BigDecimal.ZERO;
        }
    }

    private static String dimensions(String text) {
        List<String> words = Format.words(text);
        if (words.isEmpty() || !BY.containsAll(words) || Set.copyOf(words).size() < words.size()) {
            throw new TypeConversionException("not one or several of " + String.join(", ", BY) + ", each once");
        }
        return String.join(",", words);
    }

    /** A duration back from now, a date or a time; the server reads the same three. */
    private static String moment(String text) {
        if (Durations.isDuration(text)) {
            return text;
        }
        try {
            return text.length() == "2026-11-22".length()
                    ? LocalDate.parse(text).toString()
                    : OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException neither) {
            throw new TypeConversionException(
                    "neither a duration like " + Durations.FORM + " nor a date like 2026-11-22");
        }
    }
}
