package dev.tollgate.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * Request bodies as chat clients send them: a conversation of text and code, half of the messages as strings and half as content blocks,
 * with escapes and a little that is not ASCII. The same size and model always give the same bytes.
 */
public final class ChatBodies {
    private static final long SEED = 20_261_122L;

    /** Far above what the mock reports, so that no answer reaches its reservation. */
    private static final int MAX_TOKENS = 16_384;

    private static final int MESSAGE_BYTES = 700;

    /** What is already JSON-escaped: every backslash begins an escape of two characters. */
    private static final String[] PHRASES = {
        "the request arrives with a body that nobody has looked at yet, ",
        "and the answer has to leave in the order in which it came. ",
        "public static int size(List<String> names) {\\n    return names.size();\\n}\\n",
        "Please read \\\"docs/architecture.md\\\" before you change this file.\\n\\n",
        "Größe, façade, 東京 and \uD83D\uDE80 are counted in bytes, not in characters. ",
        "for (int i = 0; i < 42; i++) {\\n\\ttotal += values[i];\\n}\\n",
        "The test fails with: expected <200> but was <429> after 3 retries. ",
        "{\\\"path\\\": \\\"/v1/messages\\\", \\\"status\\\": 200, \\\"ms\\\": 12.5}\\n",
    };

    private ChatBodies() {}

    /**
     * A body of exactly this many bytes in UTF-8, for either dialect; the smallest whole body where fewer are asked for (about 100 bytes).
     * A streaming body does not ask for the usage chunk, as most clients do not.
     */
    public static String body(String model, int bytes, boolean stream) {
        var random = new Random(SEED);
        var body = new StringBuilder(bytes + 256)
                .append("{\"model\":\"")
                .append(model)
                .append("\",\"max_tokens\":")
                .append(MAX_TOKENS)
                .append(stream ? ",\"stream\":true" : ",\"stream\":false")
                .append(",\"messages\":[");
        String open = "{\"role\":\"user\",\"content\":\"";
        String close = "\"}]}";
        int written = utf8Length(body);
        while (bytes - written > 3 * MESSAGE_BYTES) {
            String exchange = message("user", random, false) + message("assistant", random, true);
            body.append(exchange);
            written += utf8Length(exchange);
        }
        body.append(open);
        appendFiller(body, bytes - written - open.length() - close.length());
        return body.append(close).toString();
    }

    private static String message(String role, Random random, boolean blocks) {
        var content = new StringBuilder();
        while (content.length() < MESSAGE_BYTES - 100) {
            content.append(PHRASES[random.nextInt(PHRASES.length)]);
        }
        String text = "\"" + content + "\"";
        return "{\"role\":\"" + role + "\",\"content\":"
                + (blocks ? "[{\"type\":\"text\",\"text\":" + text + "}]" : text) + "},";
    }

    /** ASCII without escapes, so that it may be cut anywhere. At least one character: no provider takes an empty message. */
    private static void appendFiller(StringBuilder body, int bytes) {
        String words = PHRASES[0] + PHRASES[1];
        for (int i = 0; i < Math.max(1, bytes); i++) {
            body.append(words.charAt(i % words.length()));
        }
    }

    private static int utf8Length(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8).length;
    }
}
