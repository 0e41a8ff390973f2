package dev.tollgate.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of bodies that the calls of the process hold at the moment, and the most they may. Any thread. */
public final class BodyRoom {
    private final AtomicLong held = new AtomicLong();
    private final long limit;

    public BodyRoom(long limitBytes) {
        this.limit = limitBytes;
    }

    boolean take(int bytes) {
        if (held.addAndGet(bytes) > limit) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void give(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
