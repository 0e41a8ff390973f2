package dev.tollgate.identity.people;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Made at its first use, once. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> make;
    private volatile @Nullable T made;

    Lazy(Supplier<T> make) {
        this.make = make;
    }

    @Override
    public T get() {
        T present = made;
        return present == null ? first() : present;
    }

    private synchronized T first() {
        T present = made;
        if (present == null) {
            present = make.get();
            made = present;
        }
        return present;
    }
}
