package dev.tollgate.catalog;

import dev.tollgate.kernel.store.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** The two stores that everything must run on: a file, and a real PostgreSQL that is started once. */
public enum TestDatabase {
    SQLITE,
    POSTGRESQL;

    private static final AtomicInteger NEXT = new AtomicInteger();

    /** Starts with its first use. */
    private static final class Server {
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** An empty database. */
    public DatabaseUrl fresh(Path folder) throws SQLException {
        String name = "rooms_" + NEXT.incrementAndGet();
        if (this == SQLITE) {
            return new DatabaseUrl.Sqlite(folder.resolve(name + ".db"));
        }
        try (Connection connection = Server.RUNNING.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return new DatabaseUrl.PostgreSql(Server.RUNNING.getJdbcUrl("postgres", name), "postgres", null);
    }
}
