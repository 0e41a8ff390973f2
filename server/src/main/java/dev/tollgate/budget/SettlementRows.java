package dev.tollgate.budget;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.ledger.CallRecord;
import dev.tollgate.ledger.Served;
import dev.tollgate.ledger.Tokens;
import dev.tollgate.ledger.UsageLedger;
import java.sql.SQLException;

/** The rows of a settlement: the call's, with its overrun's if it has one, and the audit trail's. */
public final class SettlementRows {
    private final UsageLedger ledger;
    private final AuditTrail audit;

    public SettlementRows(UsageLedger ledger, AuditTrail audit) {
        this.ledger = ledger;
        this.audit = audit;
    }

    /** False if an earlier try was kept, although its answer was lost: then all of it was. */
    boolean write(WriteSession tx, PendingSettlement settlement) throws SQLException {
        if (settlement.triedBefore() && ledger.containsSame(tx, settlement.call())) {
            return false;
        }
        write(tx, settlement.call());
        return true;
    }

    /** False if the call has its rows already. */
    public boolean writeIfAbsent(WriteSession tx, CallRecord call) throws SQLException {
        if (ledger.contains(tx, call.start().requestId())) {
            return false;
        }
        write(tx, call);
        return true;
    }

    /** Whether a call without rows may have had them once. */
    boolean mayBeRolledUp(WriteSession tx, CallRecord call) throws SQLException {
        return ledger.mayBeRolledUp(tx, call.start());
    }

    private void write(WriteSession tx, CallRecord call) throws SQLException {
        ledger.insert(tx, call);
        String action = switch (call.state()) {
            case SETTLED -> "call.settled";
            case UNRECONCILED -> "call.unreconciled";
        };
        audit.record(
                tx, "key:" + call.start().payer().keyId(), action, call.start().requestId(), detail(call));
    }

    void writeTorn(WriteSession tx, int slot) {
        audit.record(tx, "gate", "call.torn", "slot " + slot, "{\"journal\":\"in-flight\"}");
    }

    /** Of a call whose own rows the store refuses: what it was billed, in nano-US-dollars, and nothing that came from outside. */
    void writeUnrecorded(WriteSession tx, CallRecord call) {
        audit.record(
                tx,
                "gate",
                "call.unrecorded",
                call.start().requestId(),
                "{\"cost_nano_usd\":" + call.costNanoUsd() + "}");
    }

    private static String detail(CallRecord call) {
        Tokens tokens = call.tokens();
        Served served = call.end().served();
        StringBuilder json = new StringBuilder(192).append("{\"key\":");
        text(json, call.start().payer().keyName());
        json.append(",\"model\":");
        if (served == null) {
            json.append("null");
        } else {
            text(json, served.provider() + "/" + served.model());
        }
        json.append(",\"outcome\":\"")
                .append(call.end().outcome().wireName())
                .append("\",\"input_tokens\":")
                .append(tokens.input() + tokens.cacheRead() + tokens.cacheWrite5m() + tokens.cacheWrite1h())
                .append(",\"output_tokens\":")
                .append(tokens.output())
                .append(",\"cost_nano_usd\":")
                .append(call.costNanoUsd());
        if (call.overrunNanoUsd() > 0) {
            json.append(",\"overrun_nano_usd\":").append(call.overrunNanoUsd());
        }
        return json.append('}').toString();
    }

    /** A JSON string (RFC 8259, 7); control characters were taken out when the record was made. */
    private static void text(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\');
            }
            json.append(c);
        }
        json.append('"');
    }
}
