package dev.tollgate.vault;

import dev.tollgate.kernel.store.Store;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets the process "die" at one chosen write, to the store or to the key file, in one of three ways. */
final class Faults {
    enum Way {
        /** The write never began. */
        BEFORE,
        /** The write was under way and has been rolled back. */
        WITHIN,
        /** The write was kept, and nobody learned of it. */
        AFTER
    }

    /** The death of the process. */
    static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private int step;
    private int crashAt = -1;
    private Way way = Way.BEFORE;

    /** The next {@code at}-th write from here, counted from 1, crashes. */
    void arm(int at, Way how) {
        step = 0;
        crashAt = at;
        way = how;
    }

    private void around(Runnable write, Runnable undone) {
        step++;
        if (step != crashAt) {
            write.run();
            return;
        }
        switch (way) {
            case BEFORE -> {}
            case WITHIN -> undone.run();
            case AFTER -> write.run();
        }
        throw new Crash();
    }

    Persistence store(Store store) {
        Persistence real = Persistence.of(store);
        return new Persistence() {
            @Override
            public <T extends @Nullable Object> T read(Store.Read<T> query) {
                return real.read(query);
            }

            @Override
            @SuppressWarnings({"unchecked", "NullAway"}) // the holder of a result that may be null
            public <T extends @Nullable Object> T write(Store.Write<T> unit) {
                Object[] result = new Object[1];
                around(() -> result[0] = real.write(unit), () -> rolledBack(unit));
                return (T) result[0];
            }

            private <T extends @Nullable Object> void rolledBack(Store.Write<T> unit) {
                try {
                    real.change(tx -> {
                        unit.run(tx);
                        throw new Crash();
                    });
                } catch (RuntimeException e) {
                    // as it should be: nothing has been kept
                }
            }
        };
    }

    MasterKeyFile keyFile(Path path) {
        return new MasterKeyFile(path) {
            @Override
            void create(RootKey key) {
                around(() -> super.create(key), () -> {});
            }

            @Override
            void replace(List<RootKey> keys) {
                around(() -> super.replace(keys), () -> {});
            }
        };
    }
}
