package dev.tollgate.bench.report;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where reports go: standard output, as text or as JSON. Progress goes to standard error, and only where a person reads. */
public final class Output {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final boolean json;

    public Output(boolean json) {
        this.json = json;
    }

    /** A report, which is a record of figures and knows its own text. */
    public interface Report {
        String text();
    }

    public void print(Report report) {
        System.out.println(json ? JSON.writeValueAsString(report) : report.text());
    }

    public void progress(String line) {
        System.err.println(line);
    }
}
