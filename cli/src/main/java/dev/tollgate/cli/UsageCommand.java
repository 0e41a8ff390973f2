package dev.tollgate.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** {@code usage}. */
final class UsageCommand extends ServerCommand {
    private static final List<String> COUNTS =
            List.of("calls", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens");

    /** What the rows are summed by. */
    enum By {
        KEY,
        MODEL,
        FEATURE,
        DAY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Arg<By> by =
            option("--by", "WHAT", By.KEY, By.class, "Sum by ${COMPLETION-CANDIDATES}. Default: key.");
    private final Arg<String> since = option(
            "--since",
            "WHEN",
            String.class,
            UsageCommand::moment,
            "A duration back (7d, 12h) or a date (2026-11-22). Default: all there is.");

    UsageCommand() {
        super("usage", "What was used and what it cost.");
    }

    @Override
    int run(AdminApi api, Surroundings surroundings, Output out) {
        Json.Obj answer = api.get(Resource.of("/usage")
                .query("by", by.value().toString())
                .query("since", since.given().orElse("")));
        if (json()) {
            out.jsonRows(answer);
            return 0;
        }
        List<Json.Obj> rows = answer.rows("data");
        Table table = new Table(
                Table.left(by.value().name()),
                Table.right("CALLS"),
                Table.right("INPUT"),
                Table.right("CACHE READ"),
                Table.right("CACHE WRITE"),
                Table.right("OUTPUT"),
                Table.right("COST"));
        rows.forEach(row -> add(table, row));
        if (rows.size() > 1) {
            add(table, total(rows));
        }
        out.table(
                table,
                "Nothing was used" + since.given().map(when -> " since " + when).orElse("") + ".");
        return 0;
    }

    private void add(Table table, Json.Obj row) {
        String name = row.text("name");
        // A revoked key's name may have been given to another since.
        String id = by.value() == By.KEY && row.has("id") ? " (" + row.text("id") + ")" : "";
        table.row(
                Format.orNone(name) + id,
                Format.count(row.number("calls")),
                Format.count(row.number("input_tokens")),
                Format.count(row.number("cache_read_tokens")),
                Format.count(row.number("cache_write_tokens")),
                Format.count(row.number("output_tokens")),
                Format.cost(row.text("cost_usd")));
    }

    private static Json.Obj total(List<Json.Obj> rows) {
        Json.Obj total = Json.object().put("name", "total");
        for (String column : COUNTS) {
            total.put(column, rows.stream().mapToLong(row -> row.number(column)).sum());
        }
        BigDecimal cost = rows.stream().map(UsageCommand::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        return total.put("cost_usd", cost.toPlainString());
    }

    private static BigDecimal cost(Json.Obj row) {
        try {
            return new BigDecimal(row.text("cost_usd"));
        } catch (NumberFormatException absent) {
            return BigDecimal.ZERO;
        }
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
