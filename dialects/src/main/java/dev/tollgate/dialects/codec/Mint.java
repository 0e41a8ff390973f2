package dev.tollgate.dialects.codec;

/** Makes what one wire needs and another does not say. */
public interface Mint {
    /** An id that was never given before: the prefix and at least 16 characters of {@code [A-Za-z0-9]}. */
    String id(String prefix);

    /** Now, in seconds since 1970. */
    long epochSecond();
}
