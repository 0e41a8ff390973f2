package dev.tollgate.vault;

import dev.tollgate.kernel.store.Store;
import org.jspecify.annotations.Nullable;

/** The store as the vault uses it; a seam where tests make every single write fail. */
interface Persistence {
    <T extends @Nullable Object> T read(Store.Read<T> query);

    <T extends @Nullable Object> T write(Store.Write<T> unit);

    /** A write without a result. */
    default void change(Store.Unit unit) {
        write(tx -> {
            unit.run(tx);
            return true;
        });
    }

    static Persistence of(Store store) {
        return new Persistence() {
            @Override
            public <T extends @Nullable Object> T read(Store.Read<T> query) {
                return store.read(query);
            }

            @Override
            public <T extends @Nullable Object> T write(Store.Write<T> unit) {
                return store.write(unit);
            }
        };
    }
}
