package dev.tollgate.gateway;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Prompts of which a part lies at the provider or somewhere on the web: a file by its id, a picture by its address, an earlier
 * conversation. The length of the body then bounds nothing; only the model's window does.
 */
final class Elsewhere {
    /** Fields that name such a part, in one dialect or another. Found where they mean something else, they cost no more than caution. */
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
            name("cached_content"));

    private Elsewhere() {}

    private static byte[] name(String field) {
        return ("\"" + field + "\"").getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether one of the fields may be there; a look at the bytes. */
    static boolean mayBe(byte[] body) {
        int at = Bytes.firstOf(body, 0, body.length, '"', '"');
        while (at < body.length) {
            for (byte[] name : NAMES) {
                if (startsWith(body, at, name)) {
                    return true;
                }
            }
            at = Bytes.firstOf(body, at + 1, body.length, '"', '"');
        }
        return false;
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
