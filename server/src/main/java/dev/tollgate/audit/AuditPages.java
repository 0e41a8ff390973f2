package dev.tollgate.audit;

import java.util.List;
import java.util.function.Consumer;

/**
 * The rows of the trail in their order, a page at a time. Each page is a query of its own: constant memory on every
 * database, and neither a connection nor a read transaction is held for a reader that takes its time.
 *
 * <p>No row is missed or comes twice: numbers grow by one with each row, rows become visible in the order of their
 * numbers (whoever appends holds the head until the commit), and none is ever changed.
 */
public final class AuditPages {
    private static final int PAGE = 500;

    private final AuditRows rows;
    private final long last;
    private long seen = Long.MIN_VALUE;

    /** @param last the number of the last row that belongs to them */
    AuditPages(AuditRows rows, long last) {
        this.rows = rows;
        this.last = last;
    }

    /** The next rows, at most 500; none at the end. Blocking. */
    public List<AuditRow> next() {
        List<AuditRow> page = rows.between(seen, last, PAGE);
        if (!page.isEmpty()) {
            seen = page.getLast().seq();
        }
        return page;
    }

    /** All rows that are left, in constant memory. Blocking. */
    public void forEach(Consumer<AuditRow> into) {
        for (List<AuditRow> page = next(); !page.isEmpty(); page = next()) {
            page.forEach(into);
        }
    }
}
