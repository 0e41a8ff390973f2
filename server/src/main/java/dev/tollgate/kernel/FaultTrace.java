package dev.tollgate.kernel;

import java.util.ArrayList;
import java.util.List;

/** Where a fault comes from, for the log: classes and lines. Messages are left out, since they may hold what somebody has sent. */
public final class FaultTrace {
    private static final int MOST_CAUSES = 5;
    private static final int MOST_LINES = 12;

    private FaultTrace() {}

    /** The fault and its causes, each with the lines next to it. */
    public static String of(Throwable fault) {
        List<String> lines = new ArrayList<>();
        Throwable each = fault;
        for (int i = 0; each != null && i < MOST_CAUSES; i++) {
            lines.add((i == 0 ? "" : "caused by ") + each.getClass().getName());
            StackTraceElement[] stack = each.getStackTrace();
            for (int line = 0; line < Math.min(stack.length, MOST_LINES); line++) {
                lines.add("  at " + stack[line]);
            }
            each = each.getCause();
        }
        return String.join("\n", lines);
    }
}
