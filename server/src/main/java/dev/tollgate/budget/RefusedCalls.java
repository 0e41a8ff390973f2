package dev.tollgate.budget;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The calls that budgets have refused lately, in memory: a refusal must not cost a write each time. */
public final class RefusedCalls {
    private final int most;
    private final Consumer<RefusedCall> listener;
    /** In the order in which they came; changed and read under its own lock. */
    private final Map<String, RefusedCall> byRequestId = new LinkedHashMap<>();

    /**
     * Remembers none at first.
     *
     * @param most how many are remembered; the oldest is forgotten first
     * @param listener hears of each; it must not block
     */
    public RefusedCalls(int most, Consumer<RefusedCall> listener) {
        this.most = most;
        this.listener = listener;
    }

    public void add(RefusedCall call) {
        synchronized (byRequestId) {
            byRequestId.put(call.requestId(), call);
            if (byRequestId.size() > most) {
                byRequestId.remove(byRequestId.keySet().iterator().next());
            }
        }
        listener.accept(call);
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
