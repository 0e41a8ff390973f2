package dev.tollgate.bench.subject;

import dev.tollgate.budget.Ceiling;
import dev.tollgate.budget.Place;
import dev.tollgate.kernel.Ids;
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
import org.jspecify.annotations.Nullable;

/** Calls that nobody has made: what the ledger would be told of them. */
final class InventedCalls {
    static final Place PLACE = new Place("mock", DirectMock.MODEL);
    static final Served SERVED = new Served(PLACE.provider(), PLACE.model(), "cred_bench", "bench");
    static final Ceiling CEILING = new Ceiling(400, 16_384, 3_000_000_000L, 15_000_000_000L, 0);

    private static final Tokens TOKENS = new Tokens(312, 0, 0, 0, 57, 0, 0);
    private static final Timings TIMINGS = new Timings(180, 1_250, 1_400);
    private static final long COST_NANO_USD = 312 * 3_000L + 57 * 15_000L;

    private InventedCalls() {}

    /** @param app what the client calls itself */
    static CallStart start(Payer payer, @Nullable String app, long nowMillis) {
        return new CallStart(
                Ids.sortable("req", nowMillis),
                nowMillis,
                payer,
                "openai",
                "chat_completions",
                GateUnderTest.QUALIFIED_MODEL,
                null,
                false,
                new ClientInfo("OpenAI/JS 6.9.1", app, null));
    }

    static CallEnd end(long nowMillis) {
        return new CallEnd(
                nowMillis,
                Outcome.OK,
                200,
                SERVED,
                new Charge.Metered(TOKENS, UsageSource.REPORTED, true, COST_NANO_USD),
                TIMINGS,
                List.of(),
                List.of(),
                List.of());
    }
}
