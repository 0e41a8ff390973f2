package dev.tollgate.kernel.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.kernel.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/**
 * The store. Writes go through one writer that commits in groups; a write has returned, or its callback been called,
 * only when it is durable. Reads run beside it. Nothing here may be called on an event loop except {@link #submit}.
 */
public final class Store implements AutoCloseable {
    private static final int WRITER_CACHE_KIB = 64 * 1024;
    /** Of 4 KiB: 16 MiB of log. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private static final int READERS = 4;
    private static final long CONNECT_TIMEOUT_MILLIS = 5_000;

    /** A unit of writing: it changes the store and nothing else, because it may run twice (see the writer). */
    @FunctionalInterface
    public interface Unit {
        void run(WriteSession tx) throws Exception;
    }

    /** A unit of writing with a result. */
    @FunctionalInterface
    public interface Write<T extends @Nullable Object> {
        T run(WriteSession tx) throws Exception;
    }

    /** A query. */
    @FunctionalInterface
    public interface Read<T extends @Nullable Object> {
        T run(Handle handle);
    }

    /** Called on the writer's thread: {@code null} once durable, else why not. Must not block. */
    @FunctionalInterface
    public interface Callback {
        void done(@Nullable StoreUnavailable failure);
    }

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final GroupCommitWriter writer;

    private Store(HikariDataSource pool, DataSource writing, boolean manyWriters) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        StoreFaults.withoutValues(jdbi);
        this.writer = new GroupCommitWriter(writing, manyWriters);
        writer.start();
    }

    /**
     * Connects, brings the schema up to date and starts the writer.
     *
     * @throws Refusal if the database cannot be reached or its schema is not ours
     */
    public static Store open(DatabaseUrl url) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setMaximumPoolSize(READERS + 1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        config.setInitializationFailTimeout(CONNECT_TIMEOUT_MILLIS);
        switch (url) {
            case DatabaseUrl.Sqlite sqlite ->
                config.setDataSource(sqlite(sqlite, SQLiteConfig.TransactionMode.DEFERRED));
            case DatabaseUrl.PostgreSql postgres -> {
                config.setJdbcUrl(postgres.jdbcUrl());
                config.setUsername(postgres.user());
                config.setPassword(postgres.password());
                // Defaults that the address may override: a network that swallows packets must not hold the writer.
                config.addDataSourceProperty("connectTimeout", "5");
                config.addDataSourceProperty("socketTimeout", "30");
                config.addDataSourceProperty("tcpKeepAlive", "true");
                config.addDataSourceProperty("reWriteBatchedInserts", "true");
                // Which key there was already is a value of somebody's, and no part of a message.
                config.addDataSourceProperty("logServerErrorDetail", "false");
                // A node that is paused amid a transaction must not keep the turn (WriteSession#begin) from all others.
                // What has been acknowledged survives, whatever a server's or a database's settings say.
                config.setConnectionInitSql("SET idle_in_transaction_session_timeout = '10s';"
                        + " SELECT set_config('synchronous_commit', 'on', false)"
                        + " WHERE current_setting('synchronous_commit') = 'off'");
            }
        }
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw Refusal.unavailable(
                    "The database " + url + " cannot be reached: " + rootMessage(e),
                    "Check that it runs, and the user and password in --database.");
        }
        try {
            Flyway.configure(Store.class.getClassLoader())
                    .dataSource(pool)
                    .locations("classpath:db/migration")
                    .placeholders(Map.of("row_number", rowNumberType(url)))
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            pool.close();
            throw Refusal.conflict(
                    "The schema of " + url + " could not be brought up to date: " + rootMessage(e),
                    "Start the Tollgate version that wrote it, or restore a backup.");
        }
        // SQLite's writer takes its lock at once, so that it never has to give up a transaction half way; readers take
        // none.
        DataSource writing = switch (url) {
            case DatabaseUrl.Sqlite sqlite -> sqlite(sqlite, SQLiteConfig.TransactionMode.IMMEDIATE);
            case DatabaseUrl.PostgreSql postgres -> pool;
        };
        return new Store(pool, writing, url instanceof DatabaseUrl.PostgreSql);
    }

    private static DataSource sqlite(DatabaseUrl.Sqlite url, SQLiteConfig.TransactionMode mode) {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL syncs the log at every commit: what has been acknowledged survives a power cut (sqlite.org/pragma.html).
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setTransactionMode(mode);
        config.setBusyTimeout(5_000);
        // The pool gives a connection to one thread at a time, so SQLite need not lock at each of its calls.
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        config.enforceForeignKeys(true);
        if (mode == SQLiteConfig.TransactionMode.IMMEDIATE) {
            // Very many budgets and keys touch pages all over the file: the one writer keeps them at hand, and
            // writes each back to the file itself once for many commits, not for a few.
            config.setCacheSize(-WRITER_CACHE_KIB);
            config.setWalAutocheckpoint(CHECKPOINT_PAGES);
        }
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + url.file());
        return source;
    }

    /** The type of a key that counts rows: SQLite keeps a table in the order of an INTEGER key, and needs no index for it. */
    private static String rowNumberType(DatabaseUrl url) {
        return switch (url) {
            case DatabaseUrl.Sqlite sqlite -> "INTEGER";
            case DatabaseUrl.PostgreSql postgres -> "BIGINT";
        };
    }

    private static String rootMessage(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /**
     * Runs a query on a connection of its own. Blocking.
     *
     * @throws StoreUnavailable if the store does not answer
     */
    public <T extends @Nullable Object> T read(Read<T> query) {
        try {
            return jdbi.withHandle(query::run);
        } catch (JdbiException e) {
            if (StoreFaults.of(e) == StoreFaults.Fault.STORE) {
                throw StoreUnavailable.away("The store did not answer.", e);
            }
            throw e;
        }
    }

    /**
     * Runs a unit and returns its result once it is durable. Blocking.
     *
     * @throws Refusal whatever the unit itself refused with; nothing has then changed
     * @throws StoreUnavailable if the store did not take it
     */
    @SuppressWarnings("NullAway") // T may be nullable; the holder cannot say so
    public <T extends @Nullable Object> T write(Write<T> unit) {
        if (writer.onThisThread()) {
            throw new IllegalStateException("a write inside a write would wait for itself");
        }
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Object[] result = new Object[1];
        submit(tx -> result[0] = unit.run(tx), failure -> {
            if (failure == null) {
                @SuppressWarnings("unchecked")
                T value = (T) result[0];
                outcome.complete(value);
            } else {
                outcome.completeExceptionally(failure);
            }
        });
        try {
            return outcome.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreUnavailable unavailable) {
                if (unavailable.getCause() instanceof Refusal refusal) {
                    throw refusal;
                }
                throw unavailable;
            }
            throw e;
        }
    }

    /** Queues a unit and returns at once. The callback is called exactly once; on the writer's thread unless refused. */
    public void submit(Unit unit, Callback callback) {
        if (!writer.offer(new GroupCommitWriter.Pending(unit, callback))) {
            callback.done(StoreUnavailable.away(
                    "The store cannot keep up.", new IllegalStateException("the queue of writes is full or closed")));
        }
    }

    /**
     * Whether a write goes through now. Blocking, for a few seconds at most.
     *
     * @param timeout after which a write that has not come back counts as failed
     */
    public boolean takesWrites(Duration timeout) {
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        submit(
                tx -> tx.handle().execute("UPDATE store_probe SET writes = writes + 1 WHERE id = 1"),
                failure -> outcome.complete(failure == null));
        try {
            return outcome.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** Units that wait for the writer. */
    public int queued() {
        return writer.queued();
    }

    /** Writes what is queued, then closes. */
    @Override
    public void close() {
        try {
            writer.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.close();
    }
}
