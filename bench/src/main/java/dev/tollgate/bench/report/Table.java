package dev.tollgate.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text in columns: the first to the left, the others, which are figures, to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... titles) {
        this(List.of(titles));
    }

    public Table(List<String> titles) {
        rows.add(List.copyOf(titles));
    }

    public Table row(String... cells) {
        return row(List.of(cells));
    }

    public Table row(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row has as many cells as the table has titles");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    /** A figure with this many digits after the point; {@code -} for none. */
    public static String figure(double value, int digits) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%,." + digits + "f", value) : "-";
    }

    /** A whole number. */
    public static String figure(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String cell = row.get(column);
                String pad = " ".repeat(width(column) - cell.length());
                line.append(column == 0 ? cell + pad : GAP + pad + cell);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
