package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;

/** Comma-separated values (RFC 4180); line ends may be of any system, and a byte order mark is passed over. */
final class Csv {
    /** One record, and the line of the file on which it begins. */
    record Row(int line, List<String> cells) {}

    private final String text;
    private int at;
    private int line = 1;

    private Csv(String text) {
        this.text = text;
        this.at = text.startsWith("\uFEFF") ? 1 : 0;
    }

    /** Every record that is not an empty line. */
    static List<Row> parse(String text) {
        Csv csv = new Csv(text);
        List<Row> rows = new ArrayList<>();
        while (csv.at < csv.text.length()) {
            Row row = csv.row();
            if (row.cells().size() > 1 || !row.cells().getFirst().isEmpty()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private Row row() {
        int first = line;
        List<String> cells = new ArrayList<>();
        boolean more = true;
        while (more) {
            cells.add((at < text.length() && text.charAt(at) == '"' ? quoted() : plain()).strip());
            more = at < text.length() && text.charAt(at) == ',';
            at += more ? 1 : 0;
        }
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        line++;
        return new Row(first, cells);
    }

    private String plain() {
        int from = at;
        while (at < text.length() && ",\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(from, at);
    }

    private String quoted() {
        StringBuilder cell = new StringBuilder();
        int first = line;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            boolean quote = c == '"';
            if (quote && at < text.length() && text.charAt(at) == '"') {
                at++;
            } else if (quote) {
                // What stands between the closing quote and the comma belongs to no form; it is kept as it is.
                return cell.append(plain()).toString();
            }
            line += c == '\n' ? 1 : 0;
            cell.append(c);
        }
        throw Failure.usage("Line " + first + " of the file has a quote that never ends.", "Export the report again.");
    }
}
