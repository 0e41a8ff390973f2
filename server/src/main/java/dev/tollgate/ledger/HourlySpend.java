package dev.tollgate.ledger;

import dev.tollgate.kernel.store.Store;
import java.util.List;

/** What calls cost in a stretch of time, by who paid and made them. */
public final class HourlySpend {
    private static final int MOST = 100_000;

    /**
     * A sum over calls that are alike in all of these.
     *
     * @param app empty where the calls named none
     * @param feature empty where the calls named none
     */
    public record Sum(String account, String keyId, String keyName, String app, String feature, long costNanoUsd) {}

    private final Store store;

    public HourlySpend(Store store) {
        this.store = store;
    }

    /**
     * The dearest first, a hundred thousand at most. One pass over the calls that began in that time. Blocking.
     *
     * @param fromMillis epoch milliseconds
     * @param toMillis not included
     */
    public List<Sum> between(long fromMillis, long toMillis) {
        return store.read(handle -> handle.createQuery(
                        "SELECT account, key_id, MAX(key_name), COALESCE(app, ''), COALESCE(feature, ''),"
                                + " CAST(SUM(cost) AS BIGINT) FROM call WHERE at >= ? AND at < ? AND cost > 0"
                                + " GROUP BY account, key_id, COALESCE(app, ''), COALESCE(feature, '')"
                                + " ORDER BY 6 DESC LIMIT ?")
                .bind(0, fromMillis)
                .bind(1, toMillis)
                .bind(2, MOST)
                .map((row, context) -> new Sum(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getLong(6)))
                .list());
    }
}
