package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** A schema for one run, so that a database in use is neither read nor written; gone when the run is over. An SQLite file needs none. */
public final class OwnSchema implements AutoCloseable {
    private static final int NAME_LENGTH = 12;

    private final DatabaseUrl database;
    private final String name;

    private OwnSchema(DatabaseUrl database, String name) {
        this.database = database;
        this.name = name;
    }

    /** Makes the schema, for which PostgreSQL's user needs the right to create. */
    public static OwnSchema within(DatabaseUrl database) {
        var schema = new OwnSchema(database, "tollgate_bench_" + Ids.secret(NAME_LENGTH));
        schema.execute("CREATE SCHEMA \"" + schema.name + "\"");
        return schema;
    }

    /** Of the schema. */
    public DatabaseUrl url() {
        return switch (database) {
            case DatabaseUrl.Sqlite file -> file;
            case DatabaseUrl.PostgreSql server ->
                new DatabaseUrl.PostgreSql(
                        server.jdbcUrl() + (server.jdbcUrl().contains("?") ? "&" : "?") + "currentSchema=" + name,
                        server.user(),
                        server.password());
        };
    }

    private void execute(String sql) {
        switch (database) {
            case DatabaseUrl.Sqlite _ -> {}
            case DatabaseUrl.PostgreSql server -> execute(server, sql);
        }
    }

    private static void execute(DatabaseUrl.PostgreSql server, String sql) {
        var login = new Properties();
        if (server.user() != null) {
            login.setProperty("user", server.user());
        }
        if (server.password() != null) {
            login.setProperty("password", server.password());
        }
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), login);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new BenchException("The database " + server + " refused: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        execute("DROP SCHEMA \"" + name + "\" CASCADE");
    }
}
