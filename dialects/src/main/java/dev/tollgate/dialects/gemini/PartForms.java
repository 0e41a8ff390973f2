package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import org.jspecify.annotations.Nullable;

/** The forms of a Part on the wire, the same in requests, answers and chunks. */
final class PartForms {
    private PartForms() {}

    static void text(JsonBytes out, Json.Text text, boolean thought, @Nullable String signature) {
        out.beginObject().field("text", text);
        if (thought) {
            out.field("thought", true);
        }
        signed(out, signature);
    }

    static void call(JsonBytes out, String id, String name, Json.Obj args, @Nullable String signature) {
        out.beginObject().name("functionCall").beginObject();
        out.field("id", id).field("name", name).field("args", args).endObject();
        signed(out, signature);
    }

    /** Ends a part that is begun. */
    static void signed(JsonBytes out, @Nullable String signature) {
        if (signature != null) {
            out.field("thoughtSignature", signature);
        }
        out.endObject();
    }

    static void inlineData(JsonBytes out, String mediaType, Json.Text base64) {
        out.name("inlineData").beginObject();
        out.field("mimeType", mediaType).field("data", base64).endObject();
    }

    static void fileData(JsonBytes out, @Nullable String mediaType, Json.Text uri) {
        out.name("fileData").beginObject();
        if (mediaType != null) {
            out.field("mimeType", mediaType);
        }
        out.field("fileUri", uri).endObject();
    }

    /** What stands for arguments that are no object: their text, under the name that free text has. */
    static Json.Obj unreadable(ToolInput input) {
        return Json.Obj.of(ToolInput.FREE_TEXT, input.asText());
    }
}
