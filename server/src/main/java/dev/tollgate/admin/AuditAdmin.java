package dev.tollgate.admin;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.audit.AuditPages;
import dev.tollgate.audit.AuditRow;
import dev.tollgate.audit.VerifyReport;
import dev.tollgate.kernel.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The audit trail: read, verified, exported. It has no other door. */
final class AuditAdmin {
    private static final int MAX_LIMIT = 1_000;
    private static final int DEFAULT_LIMIT = 20;
    private final AuditLog audit;

    AuditAdmin(AuditLog audit) {
        this.audit = audit;
    }

    void add(AdminRoutes routes) {
        routes.get("/audit", this::list);
        routes.get("/audit/verify", request -> verify());
        routes.get("/audit/export", request -> export());
    }

    private AdminReply list(AdminRequest request) {
        int limit = (int) number(request.query("limit"), DEFAULT_LIMIT, 1, MAX_LIMIT, "limit");
        String after = request.query("after");
        List<AuditRow> rows = after == null
                ? audit.tail(limit).reversed()
                : audit.after(number(after, 0, 0, Long.MAX_VALUE, "after"), limit);
        return AdminReply.list(rows.stream().map(AuditAdmin::shape).toList());
    }

    private static long number(@Nullable String text, long absent, long least, long most, String name) {
        if (text == null) {
            return absent;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // refused below, with the same words
        }
        throw Refusal.invalid(name + " is not a number between " + least + " and " + most + ".", "");
    }

    private AdminReply verify() {
        VerifyReport report = audit.verify();
        ObjectNode verdict = Shapes.object()
                .put("ok", report.ok())
                .put("rows", report.rows())
                .put("head", report.headHash());
        ArrayNode broken = verdict.putArray("broken");
        report.broken()
                .forEach(fault -> broken.addObject().put("seq", fault.seq()).put("problem", fault.problem()));
        return AdminReply.ok(verdict);
    }

    AdminReply export() {
        AuditPages pages = audit.export();
        return AdminReply.lines(
                () -> pages.next().stream().map(AuditAdmin::shape).toList());
    }

    private static ObjectNode shape(AuditRow row) {
        return Shapes.object()
                .put("seq", row.seq())
                .put("at", Shapes.time(row.atMillis()))
                .put("actor", row.actor())
                .put("action", row.action())
                .put("subject", row.subject())
                .put("detail", row.detail())
                .put("prev_hash", row.prevHash())
                .put("hash", row.hash());
    }
}
