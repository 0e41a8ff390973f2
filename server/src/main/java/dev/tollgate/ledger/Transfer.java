package dev.tollgate.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a call moves beside its own row. Immutable, and of each kind at most one for a call; of attempts one for each provider.
 *
 * @param nanoUsd from the payer to the provider; negative: back
 */
record Transfer(
        String requestId,
        Kind kind,
        long atMillis,
        Parties parties,
        long nanoUsd,
        @Nullable String note) {
    /** Why. */
    enum Kind {
        /** What the provider charged beyond the reservation. */
        OVERRUN,
        /** The difference between what an unreconciled call was billed and what it came to. */
        RESOLUTION,
        /**
         * What is owed to another provider than the one that served, for attempts that nobody has answered: as much less goes to the
         * latter by the call's own row. The note names its account, so that it can be told without the call's row.
         */
        ATTEMPT;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String INSERT = """
            INSERT INTO transfer (id, request_id, at, kind, debit, credit, app, feature, amount, note) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /** The overrun of a call that has one. */
    static Transfer overrun(CallRecord call, Parties parties) {
        return new Transfer(
                call.start().requestId(),
                Kind.OVERRUN,
                call.end().endedAtMillis(),
                parties,
                call.overrunNanoUsd(),
                null);
    }

    /** What other providers than the one that served are owed for the call, each once; mostly nothing. */
    static List<Transfer> attempts(CallRecord call, Parties parties) {
        SortedMap<String, Long> owed = new TreeMap<>();
        for (Attempt attempt : call.end().attempts()) {
            String provider = Parties.PROVIDER + attempt.provider();
            if (attempt.billedNanoUsd() > 0 && !provider.equals(parties.provider())) {
                owed.merge(provider, attempt.billedNanoUsd(), Math::addExact);
            }
        }
        return owed.entrySet().stream()
                .map(each -> new Transfer(
                        call.start().requestId(),
                        Kind.ATTEMPT,
                        call.end().endedAtMillis(),
                        parties.to(each.getKey()),
                        each.getValue(),
                        parties.provider()))
                .toList();
    }

    private String id() {
        return switch (kind) {
            case OVERRUN, RESOLUTION -> requestId + ":" + kind.wireName();
            case ATTEMPT -> requestId + ":" + kind.wireName() + ":" + parties.provider();
        };
    }

    void bind(PreparedStatement row) throws SQLException {
        boolean back = nanoUsd < 0;
        row.setString(1, id());
        row.setString(2, requestId);
        row.setLong(3, atMillis);
        row.setString(4, kind.wireName());
        row.setString(5, back ? parties.provider() : parties.payer());
        row.setString(6, back ? parties.payer() : parties.provider());
        row.setString(7, parties.app());
        row.setString(8, parties.feature());
        row.setLong(9, Math.abs(nanoUsd));
        row.setString(10, note);
    }
}
