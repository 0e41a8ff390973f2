package dev.tollgate.budget;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The calls that budgets have refused lately, in memory: a refusal must not cost a write. */
public final class RefusedCalls {
    private final int most;
    /** In the order in which they came; changed and read under its own lock. */
    private final Map<String, RefusedCall> byRequestId = new LinkedHashMap<>();

    /** @param most how many are remembered; the oldest is forgotten first */
    public RefusedCalls(int most) {
        this.most = most;
    }

    public void add(RefusedCall call) {
        synchronized (byRequestId) {
            byRequestId.put(call.requestId(), call);
            if (byRequestId.size() > most) {
                byRequestId.remove(byRequestId.keySet().iterator().next());
            }
        }
    }

    public Optional<RefusedCall> find(String requestId) {
        synchronized (byRequestId) {
            return Optional.ofNullable(byRequestId.get(requestId));
        }
    }

    /** How many are remembered. */
    public int most() {
        return most;
    }
}
