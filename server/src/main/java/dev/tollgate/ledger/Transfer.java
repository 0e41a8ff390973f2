package dev.tollgate.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a call moves beside its own row. Immutable, and of each kind at most one for a call.
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
        RESOLUTION;

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

    void bind(PreparedStatement row) throws SQLException {
        boolean back = nanoUsd < 0;
        row.setString(1, requestId + ":" + kind.wireName());
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
