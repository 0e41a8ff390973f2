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
        String tail = checksum(id);
        return id.substring(0, longest - tail.length()) + tail;
    }

    /** The id of ASCII letters, digits, hyphens and underscores; any other is made to fit, the same in every turn. */
    public static String plain(String id) {
        StringBuilder fit = new StringBuilder(id.length());
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean taken = c == '_' || c == '-' || (c < 0x80 && Character.isLetterOrDigit(c));
            fit.append(taken ? c : '_');
        }
        return fit.toString().equals(id) ? id : fit + checksum(id);
    }

    private static String checksum(String id) {
        CRC32C checksum = new CRC32C();
        checksum.update(id.getBytes(UTF_8));
        return String.format("_%08x", checksum.getValue());
    }
}
