package dev.tollgate.kernel.store;

import java.sql.SQLException;
import org.jdbi.v3.core.config.Configurable;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Tells a write that is wrong in itself, and one that only met another, from a store that takes no writes at all. */
final class StoreFaults {
    /** Whose fault a failure is. */
    enum Fault {
        /** The unit's: it would fail again on a healthy store. */
        UNITS,
        /** Nobody's: the database gave this transaction up for another one (a deadlock, a serialization failure). */
        CONFLICT,
        /** The store's: it takes no writes at present, or nobody knows whether it has taken this one. */
        STORE
    }

    private static final int PRIMARY_CODE = 0xff;

    private StoreFaults() {}

    /** Has exceptions name the statement, and none of the values that were bound to it: those are people's. */
    static void withoutValues(Configurable<?> statements) {
        statements.getConfig(StatementExceptions.class).setMessageRendering(StoreFaults::message);
    }

    private static String message(StatementException e) {
        StatementContext context = e.getStatementContext();
        String sql = context == null ? "" : " [statement: " + context.getRawSql() + "]";
        return e.getShortMessage() + sql;
    }

    static Fault of(Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql == null) {
            return Fault.UNITS;
        }
        return sql instanceof SQLiteException sqlite ? of(sqlite) : of(sql.getSQLState());
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
    private static Fault of(SQLiteException failure) {
        return switch (failure.getResultCode().code & PRIMARY_CODE) {
            case 1 /* ERROR */,
                    18 /* TOOBIG */,
                    19 /* CONSTRAINT */,
                    20 /* MISMATCH */,
                    21 /* MISUSE */,
                    25 /* RANGE */ -> Fault.UNITS;
            default -> Fault.STORE;
        };
    }

    /** Classes of SQLSTATE: PostgreSQL manual, appendix A. */
    private static Fault of(@Nullable String state) {
        if (state == null || state.length() < 2) {
            return Fault.STORE;
        }
        return switch (state.substring(0, 2)) {
            // feature, cardinality, data, constraint, syntax, PL/pgSQL
            case "0A", "21", "22", "23", "42", "P0" -> Fault.UNITS;
            case "40" -> ofRollback(state);
            default -> Fault.STORE;
        };
    }

    private static Fault ofRollback(String state) {
        return switch (state) {
            case "40002" /* integrity constraint violation */ -> Fault.UNITS;
            case "40003" /* statement completion unknown */ -> Fault.STORE;
            default -> Fault.CONFLICT;
        };
    }
}
