package dev.tollgate.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * One walk along the trail, row by row, and then its end. The rows are checked up to the head that stood at the walk's
 * beginning; what is appended meanwhile is left to the next walk.
 */
final class AuditVerifier {
    private final AuditChain chain = new AuditChain();
    private final List<AuditFault> listed = new ArrayList<>();
    private long faults;
    private long rows;
    private long last;
    private String lastHash = AuditChain.GENESIS;

    VerifyReport verify(AuditRows trail, SecretKeySpec key) {
        AuditRows.End end = trail.end();
        Optional<AuditRows.Head> head = end.head();
        if (head.isEmpty()) {
            // Rows up to what stood there when there was no head: the first ones may come, with their head, as we walk.
            new AuditPages(trail, end.lastRow().orElse(0L)).forEach(this::check);
            if (end.lastRow().isPresent()) {
                fault(0, "The head is missing: nobody can say which row was the last.");
            }
            return report(0, AuditChain.GENESIS);
        }
        long headSeq = head.get().seq();
        new AuditPages(trail, headSeq).forEach(this::check);
        checkHead(head.get(), key);
        checkBeyond(trail, headSeq);
        return report(headSeq, head.get().hash());
    }

    private VerifyReport report(long headSeq, String headHash) {
        return new VerifyReport(rows, headSeq, headHash, listed, faults);
    }

    private void check(AuditRow row) {
        rows++;
        long expected = last + 1;
        if (row.seq() < expected) {
            fault(row.seq(), "The row was put in: its number is out of the count.");
            return;
        }
        if (row.seq() > expected) {
            missing(expected, row.seq() - 1);
        }
        if (!AuditChain.isHash(row.prevHash()) || !hashOf(row).equals(row.hash())) {
            fault(row.seq(), "The row was changed: it does not fit its hash.");
        } else if (row.seq() == expected && !row.prevHash().equals(lastHash)) {
            fault(row.seq(), "The row does not follow the row before: one of the two was replaced, with its hash.");
        }
        if (row.action().equals(AuditLog.HEAD_REJECTED)) {
            fault(row.seq(), "The head had been tampered with when this row was written: " + row.detail());
        }
        last = row.seq();
        lastHash = row.hash();
    }

    private String hashOf(AuditRow row) {
        return chain.hash(
                row.seq(), row.atMillis(), row.actor(), row.action(), row.subject(), row.detail(), row.prevHash());
    }

    private void checkHead(AuditRows.Head head, SecretKeySpec key) {
        if (!chain.isSealed(key, head.seq(), head.hash(), head.seal())) {
            fault(0, "The head was changed: its seal was not made with this gate's key.");
        } else if (head.seq() > last) {
            missing(last + 1, head.seq());
        } else if (!head.hash().equals(lastHash)) {
            fault(head.seq(), "The row is not the one that the head sealed: the trail before it was rewritten.");
        }
    }

    private void checkBeyond(AuditRows trail, long headSeq) {
        AuditRows.End now = trail.end();
        long sealed = now.head().map(AuditRows.Head::seq).orElse(0L);
        long lastRow = now.lastRow().orElse(0L);
        if (lastRow > sealed) {
            // From the present head, not ours: rows between the two were appended while we walked.
            long from = Math.max(sealed, headSeq);
            trail.after(from, VerifyReport.MOST_LISTED).stream()
                    .filter(row -> row.seq() <= lastRow)
                    .forEach(row -> fault(row.seq(), "The row was put in: it stands beyond the sealed head."));
        }
    }

    private void missing(long from, long to) {
        fault(from, from == to ? "The row is missing." : "The rows " + from + " to " + to + " are missing.");
    }

    private void fault(long seq, String problem) {
        faults++;
        if (listed.size() < VerifyReport.MOST_LISTED) {
            listed.add(new AuditFault(seq, problem));
        }
    }
}
