package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prompts that the length of their body does not bound: a part lies at the provider or somewhere on the web (a file by its id, a
 * picture by its address, an earlier conversation), or it is a picture or a document, of which a few bytes may be thousands of tokens.
 * Only the model's window bounds those, until they are counted.
 */
final class Elsewhere {
    private static final int LETTERS = 128;

    /**
     * What names such a part, in one dialect or another, by its first letter. Found where it means something
     * else, it costs no more than caution.
     */
    private static final byte[][][] NAMES = byFirstLetter(
            name("url"),
            name("image_url"),
            name("file_url"),
            name("file_id"),
            name("fileUri"),
            name("file_uri"),
            name("previous_response_id"),
            name("previous_message_id"),
            name("conversation"),
            name("container"),
            name("cachedContent"),
            name("cached_content"),
            name("prompt"),
            name("item_reference"),
            name("vector_store_ids"),
            name("mcp_servers"),
            name("server_url"),
            name("image"),
            name("document"),
            name("input_image"),
            name("input_file"),
            name("input_audio"),
            name("file_data"),
            name("inlineData"),
            name("inline_data"));

    private static final byte[] TOOLS = name("tools");

    /** Letters that are written as escapes may spell any of the names. */
    private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

    private Elsewhere() {}

    private static byte[][][] byFirstLetter(byte[]... names) {
        return IntStream.range(0, LETTERS)
                .mapToObj(letter ->
                        Stream.of(names).filter(name -> name[1] == letter).toArray(byte[][]::new))
                .toArray(byte[][][]::new);
    }

    private static byte[] name(String field) {
        return ("\"" + field + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * What a look at the bytes of a request finds; where letters are written as escapes, both.
     *
     * @param elsewhere whether a part of the prompt may lie elsewhere
     * @param tools whether there may be tools, which bring tokens into the prompt that nobody wrote
     */
    record Seen(boolean elsewhere, boolean tools) {}

    /** Looks at a request, or at a part of one up to {@code end}. */
    static Seen look(byte[] body, int start, int end) {
        boolean elsewhere = false;
        boolean tools = false;
        int at = Bytes.firstOf(body, start, end, '"', '\\');
        while (at < end && !(elsewhere && tools)) {
            if (body[at] == '"') {
                elsewhere |= isNamed(body, at);
                tools |= startsWith(body, at, TOOLS);
            } else if (isLetter(body, at)) {
                return new Seen(true, true);
            }
            at = Bytes.firstOf(body, at + 1, end, '"', '\\');
        }
        return new Seen(elsewhere, tools);
    }

    /** What the model takes at most: a prompt that lies elsewhere is bounded by nothing else. */
    static long atMost(Candidate candidate) {
        return candidate.atMostContext(Ceilings.UNKNOWN_WINDOW);
    }

    private static boolean isNamed(byte[] body, int at) {
        int letter = at + 1 < body.length ? body[at + 1] : -1;
        if (letter >= 0) {
            for (byte[] name : NAMES[letter]) {
                if (startsWith(body, at, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** An escape of U+0040 to U+007F. */
    private static boolean isLetter(byte[] body, int at) {
        int digit = at + ESCAPE.length;
        return startsWith(body, at, ESCAPE) && digit < body.length && body[digit] >= '4' && body[digit] <= '7';
    }

    private static boolean startsWith(byte[] body, int at, byte[] name) {
        return body.length - at >= name.length && Arrays.equals(body, at, at + name.length, name, 0, name.length);
    }

    /** Whether a part of it does, as is known once the request has been read. */
    static boolean is(Request request) {
        return request.context().previousResponseId() != null
                || request.context().cachedContent() != null
                || request.extras().stream().anyMatch(extra -> extra.weight() == Extra.Weight.ESSENTIAL)
                || request.turns().stream().map(Turn::parts).anyMatch(Elsewhere::anyOf);
    }

    private static boolean anyOf(List<Part> parts) {
        return parts.stream().anyMatch(Elsewhere::isOne);
    }

    private static boolean isOne(Part part) {
        if (part instanceof Part.ToolResult result) {
            return anyOf(result.content());
        }
        return part instanceof Part.Media media
                && switch (media.source()) {
                    case Part.Source.Base64 here -> false;
                    case Part.Source.Plain here -> false;
                    case Part.Source.Parts(var inner) -> anyOf(inner);
                    case Part.Source.Url there -> true;
                    case Part.Source.FileId there -> true;
                };
    }
}
