package dev.tollgate.dialects.gemini;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a conversation that wait for their results. Gemini's ids are optional: without one a result answers the oldest open
 * call of its name. Ids made here depend on the conversation alone, so that the next turn has the same ones and a provider's prompt
 * cache still fits.
 */
final class CallLedger {
    private record Call(String id, String name) {}

    private final List<Call> open = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private int made;

    /** The id of a call; made where it has none. */
    String called(@Nullable String id, String name) {
        String known = id == null || id.isEmpty() ? make() : id;
        ids.add(known);
        open.add(new Call(known, name));
        return known;
    }

    /** The id of the call that a result answers; null where there is none. */
    @Nullable
    String answered(@Nullable String id, String name) {
        for (Call call : open) {
            if (call.id().equals(id)) {
                return close(call);
            }
        }
        if (id != null && ids.contains(id)) {
            return id;
        }
        for (Call call : open) {
            if (call.name().equals(name)) {
                return close(call);
            }
        }
        return id == null || id.isEmpty() ? null : id;
    }

    private String close(Call call) {
        open.remove(call);
        return call.id();
    }

    private String make() {
        String id;
        do {
            id = "call_gemini_" + ++made;
        } while (ids.contains(id));
        return id;
    }
}
