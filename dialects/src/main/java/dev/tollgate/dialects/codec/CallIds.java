package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32C;

/** Ids of tool calls, which go back to the provider in call and result. */
public final class CallIds {
    private CallIds() {}

    /**
     * The id in at most so many characters. A longer one, as some servers give, is cut the same way wherever it stands, with a
     * checksum, so that two do not become one.
     */
    public static String fit(String id, int longest) {
        if (id.length() <= longest) {
            return id;
        }
        CRC32C checksum = new CRC32C();
        checksum.update(id.getBytes(UTF_8));
        String tail = String.format("_%08x", checksum.getValue());
        return id.substring(0, longest - tail.length()) + tail;
    }
}
