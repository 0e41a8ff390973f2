package dev.tollgate.vault;

import dev.tollgate.kernel.store.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** The two stores that everything must run on: a file, and a real PostgreSQL, started once. */
enum TestDatabase {
    SQLITE {
        @Override
        DatabaseUrl fresh(Path folder) {
            return new DatabaseUrl.Sqlite(folder.resolve("vault-" + NEXT.incrementAndGet() + ".db"));
        }
    },
    POSTGRESQL {
        @Override
        DatabaseUrl fresh(Path folder) {
            String name = "vault_" + NEXT.incrementAndGet();
            try (Connection connection = Server.INSTANCE.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return new DatabaseUrl.PostgreSql(Server.INSTANCE.getJdbcUrl("postgres", name), "postgres", null);
        }
    };

    private static final AtomicInteger NEXT = new AtomicInteger();

    private static final class Server {
        static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder().start();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** An empty database. */
    abstract DatabaseUrl fresh(Path folder);
}
