package dev.tollgate.kernel.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

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
            return Server.create(folder, "rooms_" + NEXT.incrementAndGet(), "");
        }

        @Override
        public DatabaseUrl fresh(Path folder) {
            return Server.create(folder, "rooms_" + NEXT.incrementAndGet(), " TEMPLATE " + MigratedDatabase.NAME);
        }
    };

    private static final AtomicInteger NEXT = new AtomicInteger();

    /** A database with today's schema and no rows, which lives as long as the folder does. */
    public abstract DatabaseUrl fresh(Path folder);

    /** A database without a schema, which lives as long as the folder does. */
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

    /** Starts with its first use, and takes its files with it when the tests end. */
    private static final class Server {
        /** Bytes: many times what its log and the databases of a few tests take. */
        private static final long ROOM = 2L << 30;

        static final EmbeddedPostgres RUNNING = start();

        /** The folders of the tests that the databases were made for. */
        private static final Map<String, Path> FOLDERS = new ConcurrentHashMap<>();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setDataDirectory(Files.createTempDirectory(folder(), "tollgate-postgres"))
                        .setServerConfig("max_wal_size", "128MB")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** In memory where there is room for it: hundreds of databases are made and dropped, of three hundred files each. */
        private static Path folder() throws IOException {
            Path memory = Path.of("/dev/shm");
            return Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() >= ROOM
                    ? memory
                    : Path.of(System.getProperty("java.io.tmpdir"));
        }

        static DatabaseUrl create(Path folder, String name, String how) {
            DatabaseUrl made = create(name, how);
            FOLDERS.put(name, folder);
            Thread.ofVirtual().start(Server::dropThoseOfEndedTests);
            return made;
        }

        static DatabaseUrl create(String name, String how) {
            execute("CREATE DATABASE " + name + how);
            return new DatabaseUrl.PostgreSql(RUNNING.getJdbcUrl("postgres", name), "postgres", null);
        }

        /** A test's folder goes when the test ends. Each database takes nine megabytes, and hundreds are made. */
        private static void dropThoseOfEndedTests() {
            FOLDERS.forEach((name, folder) -> {
                if (Files.notExists(folder) && FOLDERS.remove(name) != null) {
                    execute("DROP DATABASE " + name + " WITH (FORCE)");
                }
            });
        }

        private static void execute(String statement) {
            try (Connection connection = RUNNING.getPostgresDatabase().getConnection();
                    Statement run = connection.createStatement()) {
                run.execute(statement);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
