package dev.tollgate.bench;

/** A measurement cannot be made, or was made and is worth nothing. The message says why and what to do; it is all that a person sees. */
public final class BenchException extends RuntimeException {
    public BenchException(String message) {
        super(message);
    }

    public BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
