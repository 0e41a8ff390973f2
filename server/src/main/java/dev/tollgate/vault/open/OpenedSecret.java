package dev.tollgate.vault.open;

import java.util.Arrays;
import java.util.Objects;

/**
 * A secret in the clear, for as long as it takes to write it into one request. Its characters can be read without a
 * {@code String} ever being built, which would stay in the heap. For one thread.
 */
public final class OpenedSecret implements AutoCloseable {
    private final long version;
    private final byte[] ascii;
    private boolean closed;

    OpenedSecret(long version, byte[] ascii) {
        this.version = version;
        this.ascii = ascii;
    }

    /** The version that was opened: what a refusal by the provider is about. */
    public long version() {
        return version;
    }

    /**
     * The secret's characters, all of them visible ASCII, and blanks inside a JSON object. A view: reading it once this is closed throws
     * {@link IllegalStateException}, because zeros must never be sent in a secret's place. Its {@code toString} departs
     * from {@link CharSequence}'s contract on purpose, and never shows the secret.
     */
    public CharSequence ascii() {
        return new View(this, "", 0, ascii.length);
    }

    /** The same behind a text, such as {@code "Bearer "}. */
    public CharSequence ascii(String prefix) {
        return new View(this, prefix, 0, ascii.length);
    }

    private char charAt(int index) {
        if (closed) {
            throw new IllegalStateException("the secret has been closed");
        }
        return (char) ascii[index];
    }

    /** Writes zeros over the secret. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(ascii, (byte) 0);
    }

    @Override
    public String toString() {
        return "OpenedSecret[redacted]";
    }

    /** A part of the secret, perhaps behind a prefix. */
    private record View(OpenedSecret secret, String prefix, int start, int count) implements CharSequence {
        @Override
        public int length() {
            return prefix.length() + count;
        }

        @Override
        public char charAt(int index) {
            Objects.checkIndex(index, length());
            int inSecret = index - prefix.length();
            return inSecret < 0 ? prefix.charAt(index) : secret.charAt(start + inSecret);
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            Objects.checkFromToIndex(from, to, length());
            int prefixEnd = prefix.length();
            String keptPrefix = prefix.substring(Math.min(from, prefixEnd), Math.min(to, prefixEnd));
            int skipped = Math.max(0, from - prefixEnd);
            return new View(secret, keptPrefix, start + skipped, to - from - keptPrefix.length());
        }

        @Override
        public String toString() {
            return "OpenedSecret[redacted]";
        }
    }
}
