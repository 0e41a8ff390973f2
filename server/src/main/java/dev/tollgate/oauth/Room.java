package dev.tollgate.oauth;

import org.jdbi.v3.core.Handle;

/** Room for what anybody may begin and nobody has decided on yet: there is only so much, and what has expired goes as more comes. */
final class Room {
    /** More go than come, so what has expired never piles up. */
    private static final long STEP = 20;

    private Room() {}

    /**
     * Whether there is room for one more row.
     *
     * @param table with the columns {@code hash} and {@code expires_at}
     * @param forgetBefore what expired before it goes, a few at a time
     * @param most how many that have not expired there may be
     */
    static boolean make(Handle handle, String table, long forgetBefore, long nowMillis, long most) {
        handle.createUpdate("DELETE FROM " + table + " WHERE hash IN (SELECT hash FROM " + table
                        + " WHERE expires_at < :before ORDER BY expires_at LIMIT " + STEP + ")")
                .bind("before", forgetBefore)
                .execute();
        long alive = handle.createQuery("SELECT COUNT(*) FROM (SELECT 1 FROM " + table
                        + " WHERE expires_at > :now LIMIT :most) AS waiting")
                .bind("now", nowMillis)
                .bind("most", most)
                .mapTo(Long.class)
                .one();
        return alive < most;
    }
}
