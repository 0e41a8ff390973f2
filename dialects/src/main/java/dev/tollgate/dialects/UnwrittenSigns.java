package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.json.JsonTokens;
import java.util.Arrays;
import java.util.Set;

/** Collects a request's {@link Unwritten}, for {@link RequestWalk}: one look at each name and text of the body. */
final class UnwrittenSigns {
    /** What names such a part, in one dialect or another. */
    private static final Set<String> ELSEWHERE = Set.of(
            "url",
            "image_url",
            "file_url",
            "file_id",
            "fileUri",
            "file_uri",
            "previous_response_id",
            "previous_message_id",
            "conversation",
            "container",
            "cachedContent",
            "cached_content",
            "prompt",
            "item_reference",
            "vector_store_ids",
            "mcp_servers",
            "server_url",
            "image",
            "document",
            "input_image",
            "input_file",
            "input_audio",
            "file_data",
            "inlineData",
            "inline_data");

    private static final String TOOLS = "tools";

    private static final int LONGEST =
            ELSEWHERE.stream().mapToInt(String::length).max().orElseThrow();

    /** A letter that is written as an escape. */
    private static final int LONGEST_ESCAPE = "\\u0061".length();

    /** By length and first letter, so that hardly any string of a body is compared with anything. */
    private static final byte[][][] CANDIDATES = byLengthAndFirstLetter();

    private boolean elsewhere;
    private boolean tools;

    Unwritten done() {
        return new Unwritten(elsewhere, tools);
    }

    /** Looks at the name or text that has just been read. */
    void look(byte[] body, JsonTokens tokens) {
        int start = tokens.start() + 1;
        int length = tokens.end() - 1 - start;
        if (tokens.escaped()) {
            if (length <= LONGEST * LONGEST_ESCAPE) {
                lookAt(tokens.string());
            }
        } else if (length > 0 && length <= LONGEST && body[start] > 0) {
            for (byte[] name : CANDIDATES[place(length, body[start])]) {
                if (Arrays.equals(name, 0, length, body, start, start + length)) {
                    lookAt(new String(name, US_ASCII));
                }
            }
        }
    }

    private void lookAt(String text) {
        elsewhere |= ELSEWHERE.contains(text);
        tools |= TOOLS.equals(text);
    }

    private static int place(int length, byte first) {
        return length * Byte.MAX_VALUE + first;
    }

    private static byte[][][] byLengthAndFirstLetter() {
        byte[][][] places = new byte[place(LONGEST, Byte.MAX_VALUE) + 1][0][];
        add(places, TOOLS);
        ELSEWHERE.forEach(name -> add(places, name));
        return places;
    }

    private static void add(byte[][][] places, String name) {
        byte[] bytes = name.getBytes(US_ASCII);
        int place = place(bytes.length, bytes[0]);
        places[place] = Arrays.copyOf(places[place], places[place].length + 1);
        places[place][places[place].length - 1] = bytes;
    }
}
