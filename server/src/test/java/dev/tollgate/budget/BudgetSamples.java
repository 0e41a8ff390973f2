package dev.tollgate.budget;

import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.Charge;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;

/** Budgets, and calls that they cover. */
final class BudgetSamples {
    static final ZoneId UTC = ZoneOffset.UTC;
    private static final List<Threshold> THRESHOLDS =
            List.of(Threshold.notice(70), Threshold.notice(90), Threshold.notice(100));

    private BudgetSamples() {}

    static Scope key(String keyId) {
        return new Scope(null, null, null, keyId, null, null);
    }

    static Scope account(String account) {
        return new Scope(account, null, null, null, null, null);
    }

    static Budget budget(Scope scope, long limitNanoUsd, Window window) {
        return new Budget("", scope, "", limitNanoUsd, window, UTC, THRESHOLDS, false, 0);
    }

    /** A ceiling of exactly that much. */
    static Ceiling ceiling(long nanoUsd) {
        return new Ceiling(nanoUsd, 0, 1_000_000, 0, 0);
    }

    static CallStart start(String requestId, String keyId, String account, long atMillis) {
        return new CallStart(
                requestId,
                atMillis,
                new Payer(keyId, keyId, account, "chat"),
                "anthropic",
                "messages",
                "claude-sonnet-4-5",
                null,
                false,
                new ClientInfo(null, "cli", null));
    }

    static Charge cost(long nanoUsd) {
        return new Charge.Metered(new Tokens(1, 0, 0, 0, 1, 0, 0), UsageSource.REPORTED, true, nanoUsd);
    }
}
