package dev.tollgate.dialects.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The golden documents. */
public final class Golden {
    private Golden() {}

    /**
     * The bytes of one.
     *
     * @param name such as {@code plain/chat.request.json}
     */
    public static byte[] bytes(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/dev/tollgate/dialects/golden/" + name)) {
            if (in == null) {
                throw new IllegalArgumentException("no such golden document: " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
