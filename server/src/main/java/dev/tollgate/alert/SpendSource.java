package dev.tollgate.alert;

import java.util.List;

/** What calls cost, from whoever keeps the books. Blocking. */
public interface SpendSource {
    /**
     * Sums over the calls that began in that time, for each combination of who paid and made them and where they went; what was
     * resolved since is in it.
     *
     * @param fromMillis epoch milliseconds
     * @param toMillis not included
     */
    List<Spent> between(long fromMillis, long toMillis);

    /** The email of a person, by their id; the id where there is nobody of that id. */
    String emailOf(String memberId);

    /**
     * A sum. Where it is of none, a text is empty.
     *
     * @param member the id of the person in whose name the calls were made
     * @param keyId of a virtual key; empty where a grant paid
     * @param grantId of what somebody has allowed an app; empty where a key paid
     * @param payerName the key's name, or that of the grant's app, for people
     * @param model {@code provider/model}
     */
    record Spent(
            String account,
            String member,
            String keyId,
            String grantId,
            String payerName,
            String app,
            String feature,
            String provider,
            String model,
            long costNanoUsd) {}
}
