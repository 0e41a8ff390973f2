package dev.tollgate.budget;

import dev.tollgate.ledger.Attempt;
import dev.tollgate.ledger.CallEnd;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Timings;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import java.util.List;

/** Calls as a coding agent makes them. */
final class Samples {
    static final Served SERVED = new Served("anthropic", "claude-sonnet-4-5", "cred_06e7abcdef", "main");
    /** 400 input tokens at 3 USD and 8,000 output tokens at 15 USD per million: 121,200,000 nano-USD. */
    static final Ceiling CEILING = new Ceiling(400, 8_000, 3_000_000_000L, 15_000_000_000L, 0);

    static final long BOUND = 121_200_000L;
    private static final ClientInfo CLIENT =
            new ClientInfo("claude-cli/2.0.1 (external, cli)", "cli", "8f14e45f-ceea-467f-a8a3-3b4d5e6f7a8b");

    private Samples() {}

    static CallStart start(String requestId, String keyId, long atMillis) {
        return new CallStart(
                requestId,
                atMillis,
                new Payer(keyId, "name of " + keyId, "personal", null),
                "anthropic",
                "messages",
                "claude-sonnet-4-5",
                null,
                true,
                CLIENT);
    }

    static CallEnd end(long endedAtMillis, long costNanoUsd) {
        return end(
                endedAtMillis,
                new Charge.Metered(
                        new Tokens(120, 30_000, 800, 0, 600, 0, 0), UsageSource.REPORTED, true, costNanoUsd));
    }

    static CallEnd end(long endedAtMillis, Charge charge) {
        return end(endedAtMillis, charge, SERVED);
    }

    static CallEnd end(long endedAtMillis, Charge charge, Served served) {
        return new CallEnd(
                endedAtMillis,
                Outcome.OK,
                200,
                served,
                charge,
                new Timings(300, 400_000, 900_000),
                List.of(),
                List.of(new Attempt("anthropic", "claude-sonnet-4-5", "main", 300, 399_700, 200, "ok")),
                List.of());
    }

    static Reservation reserved(ReservationResult result) {
        return switch (result) {
            case ReservationResult.Reserved(var reservation) -> reservation;
            case ReservationResult.Refused(var reason) -> throw new AssertionError("refused: " + reason);
            case ReservationResult.Exhausted exhausted -> throw new AssertionError("refused: " + exhausted);
            case ReservationResult.Unpriced unpriced -> throw new AssertionError("refused: " + unpriced);
        };
    }
}
