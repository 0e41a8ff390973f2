package dev.tollgate.budget;

import org.jdbi.v3.core.Handle;

/** The numbers that changes of budgets, rates and heavy features take, in the order of their commits. */
final class LimitRows {
    private LimitRows() {}

    static long lastChange(Handle handle) {
        return handle.createQuery("SELECT change FROM limit_state WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    /** Takes the next number; whoever else wants one waits until this transaction is over. */
    static long nextChange(Handle handle) {
        return handle.createQuery("UPDATE limit_state SET change = change + 1 WHERE id = 1 RETURNING change")
                .mapTo(Long.class)
                .one();
    }
}
