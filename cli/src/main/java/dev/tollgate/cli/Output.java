package dev.tollgate.cli;

import java.io.PrintStream;
import java.time.ZoneId;
import java.util.List;

/** Where a command's answer goes: standard output, and nothing but the answer. */
final class Output {
    private final Surroundings surroundings;
    private final PrintStream out;

    Output(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.out = surroundings.out();
    }

    /** A line that may hold words from elsewhere; control characters are taken out. */
    void line(String line) {
        out.println(Format.plain(line));
    }

    void blank() {
        out.println();
    }

    void json(Json json) {
        out.println(json.pretty());
    }

    /** A list's answer ({@code {"data":[…]}}) as the array of its rows. */
    void jsonRows(Json.Obj answer) {
        jsonRows(answer.rows("data"));
    }

    /** Rows, of several answers perhaps, as one array. */
    void jsonRows(List<Json.Obj> rows) {
        out.println(new Json.Arr(List.copyOf(rows)).pretty());
    }

    /** One JSON object on a line of its own, for what goes on and on. */
    void jsonLine(Json json) {
        out.println(json.compact());
        out.flush();
    }

    /** Prints a table, or {@code empty} where it has no row. */
    void table(Table table, String empty) {
        if (table.isEmpty()) {
            out.println(empty);
            return;
        }
        table.lines(surroundings.terminal().columns()).forEach(out::println);
    }

    PrintStream stream() {
        return out;
    }

    /** A word beside the answer, on standard error. */
    void notice(String line) {
        out.flush();
        surroundings.err().println(Format.plain(line));
    }

    String minute(String rfc3339) {
        return Format.minute(rfc3339, zone());
    }

    String second(String rfc3339) {
        return Format.second(rfc3339, zone());
    }

    private ZoneId zone() {
        return surroundings.zone().get();
    }
}
