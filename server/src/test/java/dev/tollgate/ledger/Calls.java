package dev.tollgate.ledger;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Calls with the few things that the books look at. */
record Calls(
        String account,
        @Nullable String provider,
        @Nullable String app,
        @Nullable String feature) {
    static final long NOW = 1_795_000_000_000L;
    static final Calls PLAIN = new Calls("default", "anthropic", null, null);

    Calls app(String name) {
        return new Calls(account, provider, name, feature);
    }

    Calls feature(String name) {
        return new Calls(account, provider, app, name);
    }

    CallRecord metered(String requestId, long costNanoUsd, long reservedNanoUsd) {
        return call(
                requestId,
                new Charge.Metered(new Tokens(10, 0, 0, 0, 20, 0, 0), UsageSource.REPORTED, true, costNanoUsd),
                reservedNanoUsd);
    }

    CallRecord unreconciled(String requestId, long reservedNanoUsd) {
        return call(requestId, new Charge.AtReservation(true, "no usage"), reservedNanoUsd);
    }

    /** Metered, after attempts at those providers that nobody has answered, of whose cost so much each is part of the call's. */
    CallRecord afterLost(String requestId, long costNanoUsd, long reservedNanoUsd, long billedEach, String... lostAt) {
        CallRecord call = metered(requestId, costNanoUsd, reservedNanoUsd);
        CallEnd end = call.end();
        List<Attempt> attempts = Stream.of(lostAt)
                .map(name -> new Attempt(name, "m", "main", 0, 1, 0, "timeout").asLost(billedEach + 1, billedEach))
                .toList();
        return new CallRecord(
                call.start(),
                new CallEnd(
                        end.endedAtMillis(),
                        end.outcome(),
                        end.status(),
                        end.served(),
                        end.charge(),
                        end.timings(),
                        List.of(),
                        attempts,
                        List.of()),
                reservedNanoUsd);
    }

    CallRecord call(String requestId, Charge charge, long reservedNanoUsd) {
        CallStart start = new CallStart(
                requestId,
                NOW,
                // A key for each pair of labels: one may not name many.
                new Payer(app == null && feature == null ? "k1" : "k1 " + app + " " + feature, "ci", account, feature),
                "anthropic",
                "messages",
                "sonnet",
                null,
                false,
                new ClientInfo(null, app, null));
        Served served = provider == null ? null : new Served(provider, "claude-sonnet-4-5", "cred_1", "main");
        CallEnd end = new CallEnd(
                NOW + 900, Outcome.OK, 200, served, charge, Timings.UNKNOWN, List.of(), List.of(), List.of());
        return new CallRecord(start, end, reservedNanoUsd);
    }
}
