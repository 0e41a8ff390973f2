package dev.tollgate.kernel.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The two stores that everything must run on: a file, and a real PostgreSQL that is started once. The schema is made once for each and
 * copied from then on, which takes far less than making it for every test.
 */
public enum TestDatabase {
    SQLITE {
        @Override
        public DatabaseUrl empty(Path folder) {
            return new DatabaseUrl.Sqlite(folder.resolve(name(NEXT.incrementAndGet())));
        }

        @Override
        public DatabaseUrl fresh(Path folder) {
            DatabaseUrl.Sqlite copy = new DatabaseUrl.Sqlite(folder.resolve(name(NEXT.incrementAndGet())));
            try {
                Files.copy(MigratedFile.PATH, copy.file());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return copy;
        }

        private static String name(int number) {
            return "rooms_" + number + ".db";
        }
    },
    POSTGRESQL {
        @Override
        public DatabaseUrl empty(Path folder) {
            return Server.create("rooms_" + NEXT.incrementAndGet(), "");
        }

        @Override
        public DatabaseUrl fresh(Path folder) {
            return Server.create("rooms_" + NEXT.incrementAndGet(), " TEMPLATE " + MigratedDatabase.NAME);
        }
    };

    private static final AtomicInteger NEXT = new AtomicInteger();

    /** A database with today's schema and no rows. */
    public abstract DatabaseUrl fresh(Path folder);

    /** A database without a schema. */
    public abstract DatabaseUrl empty(Path folder);

    /** Made with the first use. */
    private static final class MigratedFile {
        static final Path PATH = make();

        private static Path make() {
            try {
                Path folder = Files.createTempDirectory("tollgate-schema");
                Path file = folder.resolve("schema.db");
                folder.toFile().deleteOnExit(); // after the next
                file.toFile().deleteOnExit();
                Store.open(new DatabaseUrl.Sqlite(file)).close();
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Made with the first use. */
    private static final class MigratedDatabase {
        static final String NAME = make();

        private static String make() {
            String name = "rooms";
            Store.open(Server.create(name, "")).close();
            return name;
        }
    }

    /**
     * Starts with its first use. What it leaves are a hundred thousand files: they are deleted beside the tests of a later run, for at
     * the end of this one everybody would wait for that.
     */
    private static final class Server {
        private static final Path TARGET = Path.of("target").toAbsolutePath();
        private static final String PREFIX = "postgres-";
        static final EmbeddedPostgres RUNNING = start();

        private static EmbeddedPostgres start() {
            Thread.ofVirtual().start(Server::deleteOthers);
            try {
                return EmbeddedPostgres.builder()
                        .setDataDirectory(
                                TARGET.resolve(PREFIX + ProcessHandle.current().pid()))
                        .setCleanDataDirectory(false)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void deleteOthers() {
            try (Stream<Path> entries = Files.list(TARGET)) {
                for (Path entry : entries.toList()) {
                    String name = String.valueOf(entry.getFileName());
                    if (name.startsWith(PREFIX)
                            && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length())))
                                    .isEmpty()) {
                        delete(entry);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) throws IOException {
            try (Stream<Path> entries = Files.walk(folder)) {
                for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(entry); // the other process may be at it, too
                }
            }
        }

        static DatabaseUrl.PostgreSql create(String name, String how) {
            try (Connection connection = RUNNING.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name + how);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return new DatabaseUrl.PostgreSql(RUNNING.getJdbcUrl("postgres", name), "postgres", null);
        }
    }
}
