package dev.tollgate.gateway;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the id of one answer of Anthropic's Messages out of its first bytes, as they pass: it is the first id of its kind in
 * the message itself or in {@code message_start}. Inside a string it would have escapes.
 */
final class MessageId {
    private static final int ENOUGH = 4_096;
    private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"(msg_[A-Za-z0-9_-]{1,200})\"");

    private final ByteArrayOutputStream head = new ByteArrayOutputStream(512);

    /** The next bytes of the answer. */
    void add(byte[] bytes, int offset, int length) {
        head.write(bytes, offset, Math.min(length, ENOUGH - head.size()));
    }

    /** Null if there was none. */
    @Nullable
    String found() {
        Matcher id = ID.matcher(head.toString(StandardCharsets.ISO_8859_1));
        return id.find() ? id.group(1) : null;
    }
}
