package dev.tollgate.budget;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.statement.SqlStatement;

/** A scope in a table: seven columns, each null where the scope leaves that part open. */
final class ScopeColumns {
    /** Finds the row of the very scope that {@link #bind} gives. */
    static final String SAME = "account IS NOT DISTINCT FROM :account"
            + " AND member IS NOT DISTINCT FROM :member AND app IS NOT DISTINCT FROM :app"
            + " AND feature IS NOT DISTINCT FROM :feature AND key_id IS NOT DISTINCT FROM :keyId"
            + " AND provider IS NOT DISTINCT FROM :provider AND model IS NOT DISTINCT FROM :model";

    private ScopeColumns() {}

    static <T extends SqlStatement<T>> T bind(T statement, Scope scope) {
        return statement
                .bind("account", scope.account())
                .bind("member", scope.member())
                .bind("app", scope.app())
                .bind("feature", scope.feature())
                .bind("keyId", scope.keyId())
                .bind("provider", scope.provider())
                .bind("model", scope.model());
    }

    static Scope read(ResultSet row) throws SQLException {
        return new Scope(
                row.getString("account"),
                row.getString("member"),
                row.getString("app"),
                row.getString("feature"),
                row.getString("key_id"),
                row.getString("provider"),
                row.getString("model"));
    }
}
