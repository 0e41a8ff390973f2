package dev.tollgate.alert;

import java.util.List;

/** What calls cost, from whoever keeps the books. Blocking. */
@FunctionalInterface
public interface SpendSource {
    /**
     * Sums over the calls that began in that time, for each combination of who paid and made them.
     *
     * @param fromMillis epoch milliseconds
     * @param toMillis not included
     */
    List<Spent> between(long fromMillis, long toMillis);

    /**
     * A sum.
     *
     * @param keyName for people
     * @param app empty where the call named none
     * @param feature empty where the call named none
     */
    record Spent(String account, String keyId, String keyName, String app, String feature, long costNanoUsd) {}
}
