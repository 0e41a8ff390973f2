package dev.tollgate.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;

/** An argument that a command takes, and what was given for it. */
final class Arg<T> implements IGetter, ISetter {
    private final Class<T> type;
    private @Nullable T value;

    Arg(Class<T> type) {
        this.type = type;
    }

    Arg(Class<T> type, T initial) {
        this.type = type;
        this.value = initial;
    }

    /** What was given, or the default; for arguments that must be given or have one. */
    T value() {
        return given().orElseThrow();
    }

    Optional<T> given() {
        return Optional.ofNullable(value);
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // As picocli declares it; the value is a T.
    public <X> @Nullable X get() {
        return (X) value;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <X> @Nullable X set(@Nullable X newValue) {
        X previous = (X) value;
        value = type.cast(newValue);
        return previous;
    }
}
