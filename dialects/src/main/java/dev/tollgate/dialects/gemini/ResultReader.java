package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@code functionResponse} holds. Its {@code response} is the client's own object; by Google's convention {@code output}
 * (the SDKs say {@code result}) is what the function gave, and {@code error} what went wrong.
 */
final class ResultReader {
    private ResultReader() {}

    static Part.ToolResult read(Fields result, String callId, String name, Reading reading) {
        Json.Obj response = result.object("response");
        List<Part> content = new ArrayList<>();
        Json.Obj structured = null;
        Said<Boolean> error = null;
        if (response != null && !response.members().isEmpty()) {
            Path at = result.at("response");
            Json failure = response.get("error");
            if (failure != null && !(failure instanceof Json.Null)) {
                error = new Said<>(at.member("error"), true);
            }
            Json.Text plain = plain(response);
            structured = plain == null ? response : null;
            content.add(Part.Text.of(at, plain == null ? Json.Text.encoding(response) : plain));
        }
        for (Item part : Item.of(result, "parts")) {
            if (part.value() instanceof Json.Obj object) {
                Fields media = Fields.eitherSpelling(part.at(), object, reading);
                Part read = MediaReader.read(media, null, reading);
                media.end();
                if (read != null) {
                    content.add(read);
                }
            } else {
                reading.malformed(part.at(), "an object is expected.");
            }
        }
        return new Part.ToolResult(result.at(), callId, name, content, structured, error, null);
    }

    private static Json.@Nullable Text plain(Json.Obj response) {
        if (response.members().size() != 1) {
            return null;
        }
        Json.Member only = response.members().getFirst();
        boolean known = switch (only.name()) {
            case "output", "result", "error" -> true;
            default -> false;
        };
        return known && only.value() instanceof Json.Text text ? text : null;
    }
}
