package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prompts that the length of their body does not bound: a part lies at the provider or somewhere on the web (a file by its id, a
 * picture by its address, an earlier conversation), or it is a picture or a document, of which a few bytes may be thousands of tokens.
 * Only the model's window bounds those, until they are counted.
 */
final class Elsewhere {
    /** What names such a part, in one dialect or another. Found where it means something else, it costs no more than caution. */
    private static final List<byte[]> NAMES = List.of(
            name("url"),
            name("image_url"),
            name("file_url"),
            name("file_id"),
            name("fileUri"),
            name("file_uri"),
            name("previous_response_id"),
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

    private static final List<byte[]> TOOLS = List.of(name("tools"));

    /** Letters that are written as escapes may spell any of the names. */
    private static final byte[] ESCAPE = "\\u00".getBytes(StandardCharsets.US_ASCII);

    private Elsewhere() {}

    private static byte[] name(String field) {
        return ("\"" + field + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether one of the fields may be there; a look at the bytes. */
    static boolean mayBe(byte[] body) {
        return mayBe(body, 0, body.length);
    }

    /** The same of a part of the body, up to {@code end}. */
    static boolean mayBe(byte[] body, int start, int end) {
        return mayName(NAMES, body, start, end);
    }

    /** Whether the request may have tools, which bring tokens into the prompt that nobody wrote; a look at the bytes. */
    static boolean mayHaveTools(byte[] body, int start, int end) {
        return mayName(TOOLS, body, start, end);
    }

    private static boolean mayName(List<byte[]> names, byte[] body, int start, int end) {
        int at = Bytes.firstOf(body, start, end, '"', '\\');
        while (at < end) {
            if (body[at] == '\\' ? isLetter(body, at) : isNamed(names, body, at)) {
                return true;
            }
            at = Bytes.firstOf(body, at + 1, end, '"', '\\');
        }
        return false;
    }

    /** What the model takes at most: a prompt that lies elsewhere is bounded by nothing else. */
    static long atMost(Candidate candidate) {
        return candidate.atMostContext(Ceilings.UNKNOWN_WINDOW);
    }

    private static boolean isNamed(List<byte[]> names, byte[] body, int at) {
        for (byte[] name : names) {
            if (startsWith(body, at, name)) {
                return true;
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
        if (body.length - at < name.length || body[at + 1] != name[1]) {
            return false;
        }
        for (int i = 1; i < name.length; i++) {
            if (body[at + i] != name[i]) {
                return false;
            }
        }
        return true;
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
