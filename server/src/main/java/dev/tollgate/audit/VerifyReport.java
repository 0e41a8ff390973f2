package dev.tollgate.audit;

import java.util.List;

/**
 * What a walk along the whole trail found.
 *
 * @param rows how many rows were read
 * @param headSeq the sealed head's row; 0 if nothing was ever written
 * @param headHash the sealed head's hash; keep a copy elsewhere and even a rolled-back database is found out
 * @param broken the faults in order of their rows, at most {@link #MOST_LISTED}
 * @param faults how many faults there are, listed or not
 */
public record VerifyReport(long rows, long headSeq, String headHash, List<AuditFault> broken, long faults) {
    /** A trail that was rewritten wholesale has as many faults as rows: the report stays small. */
    public static final int MOST_LISTED = 1_000;

    public VerifyReport {
        broken = List.copyOf(broken);
    }

    /** Whether every row is as it was written, and none is missing. */
    public boolean ok() {
        return faults == 0;
    }
}
