package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A table of the catalog in JSON, which stands beside this class where it comes with Tollgate, or in a file of the operator's.
 *
 * @param name what to call it in a refusal, as a sentence begins with it
 * @param cure what to do about a fault in it
 */
record TableFile(String name, int maxMebibytes, String cure) {
    /** @param resource its name on the class path */
    static byte[] builtin(String resource) {
        try (InputStream in = TableFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The operator's file, or nothing if there is none.
     *
     * @throws Refusal if it is too large or cannot be read
     */
    Optional<byte[]> operators(Path file) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            if (Files.size(file) > (long) maxMebibytes << 20) {
                throw Refusal.invalid(name + ' ' + file + " is larger than " + maxMebibytes + " MiB.", cure);
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw Refusal.invalid(name + ' ' + file + " cannot be read: " + e.getMessage(), "Check its permissions.");
        }
    }
}
