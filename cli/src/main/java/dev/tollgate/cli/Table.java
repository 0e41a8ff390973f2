package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, in columns as wide as their widest cell. */
final class Table {
    private static final String GAP = "  ";
    private static final int LEAST_ELASTIC = 16;

    private enum Kind {
        LEFT,
        RIGHT,
        ELASTIC
    }

    /** A column: its heading, and how its cells stand. */
    record Column(String heading, Kind kind) {}

    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    Table(Column... columns) {
        this.columns = List.of(columns);
    }

    static Column left(String heading) {
        return new Column(heading, Kind.LEFT);
    }

    /** For figures. */
    static Column right(String heading) {
        return new Column(heading, Kind.RIGHT);
    }

    /** For text of any length: cut with an ellipsis where the terminal is too narrow. At most one in a table. */
    static Column elastic(String heading) {
        return new Column(heading, Kind.ELASTIC);
    }

    void row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(List.of(cells).stream().map(Format::plain).toList());
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /**
     * @param terminalColumns the width to fit into; 0 where nothing limits it (a pipe, a file)
     */
    List<String> lines(int terminalColumns) {
        int[] widths = widths(terminalColumns);
        List<String> lines = new ArrayList<>();
        lines.add(line(columns.stream().map(Column::heading).toList(), widths));
        rows.forEach(row -> lines.add(line(row, widths)));
        return lines;
    }

    private int[] widths(int terminalColumns) {
        int[] widths = new int[columns.size()];
        int total = GAP.length() * (widths.length - 1);
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    columns.get(i).heading().length(),
                    rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0));
            total += widths[i];
        }
        for (int i = 0; i < widths.length; i++) {
            if (terminalColumns > 0 && total > terminalColumns && columns.get(i).kind() == Kind.ELASTIC) {
                int shrunk = Math.max(LEAST_ELASTIC, widths[i] - (total - terminalColumns));
                widths[i] = Math.min(widths[i], shrunk);
            }
        }
        return widths;
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.get(i);
            int missing = widths[i] - length(cell);
            line.append(i == 0 ? "" : GAP);
            switch (columns.get(i).kind()) {
                case RIGHT -> line.repeat(' ', missing).append(cell);
                case LEFT -> line.append(cell).repeat(' ', missing);
                case ELASTIC -> {
                    if (missing < 0) {
                        line.append(cell, 0, cell.offsetByCodePoints(0, widths[i] - 1))
                                .append('…');
                    } else {
                        line.append(cell).repeat(' ', missing);
                    }
                }
            }
        }
        return line.toString().stripTrailing();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
