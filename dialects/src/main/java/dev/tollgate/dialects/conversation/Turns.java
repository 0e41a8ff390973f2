package dev.tollgate.dialects.conversation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects parts, in the order of the wire, to turns: neighbours of the same role become one. */
public final class Turns {
    private final List<Turn> turns = new ArrayList<>();
    private final List<Part> results = new ArrayList<>();
    private final List<Part> others = new ArrayList<>();
    private Turn.@Nullable Role role;
    private Path at = Path.ROOT;

    /** Parts of one message or item. A SYSTEM message is always a turn of its own. */
    public void add(Path at, Turn.Role role, List<Part> parts) {
        if (role != this.role || role == Turn.Role.SYSTEM) {
            close();
            this.role = role;
            this.at = at;
        }
        for (Part part : parts) {
            (part instanceof Part.ToolResult ? results : others).add(part);
        }
    }

    public List<Turn> toList() {
        close();
        return List.copyOf(turns);
    }

    private void close() {
        if (role != null) {
            results.addAll(others);
            turns.add(new Turn(at, role, results));
            results.clear();
            others.clear();
            role = null;
        }
    }
}
