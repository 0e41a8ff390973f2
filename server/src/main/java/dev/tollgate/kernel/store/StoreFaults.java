package dev.tollgate.kernel.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Tells a write that is wrong in itself from a store that takes no writes at all. */
final class StoreFaults {
    private static final int PRIMARY_CODE = 0xff;

    private StoreFaults() {}

    /** True if the same unit would fail again on a healthy store, or failed because of what ran beside it. */
    static boolean isTheUnits(Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql == null) {
            return true;
        }
        return sql instanceof SQLiteException sqlite ? isTheUnits(sqlite) : isTheUnits(sql.getSQLState());
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 16; depth++) {
            if (cause instanceof SQLException sql) {
                return sql;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** Result codes: sqlite.org/rescode.html. Everything else (busy, full, input/output, read-only) is the store's. */
    private static boolean isTheUnits(SQLiteException failure) {
        return switch (failure.getResultCode().code & PRIMARY_CODE) {
            case 1 /* ERROR */,
                    18 /* TOOBIG */,
                    19 /* CONSTRAINT */,
                    20 /* MISMATCH */,
                    21 /* MISUSE */,
                    25 /* RANGE */ -> true;
            default -> false;
        };
    }

    /** Classes of SQLSTATE: PostgreSQL manual, appendix A. */
    private static boolean isTheUnits(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return false;
        }
        return switch (state.substring(0, 2)) {
            // feature, cardinality, data, constraint, rollback (deadlock: alone it succeeds), syntax, PL/pgSQL
            case "0A", "21", "22", "23", "40", "42", "P0" -> true;
            default -> false;
        };
    }
}
