package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.Optional;

/** What a tool is called with, in the form that the wire had; the other form is made only where the other side needs it. */
public sealed interface ToolInput {
    /** An object (Anthropic's {@code input}, Gemini's {@code args}). */
    record Plain(Json.Obj object) implements ToolInput {}

    /** A text with the JSON of an object (OpenAI's {@code arguments}). Written by a model: it may be no JSON at all. */
    record Encoded(Json.Text text) implements ToolInput {}

    /** Free text: OpenAI's custom tools. */
    record Free(Json.Text text) implements ToolInput {}

    /** The name under which {@link Free} text goes to protocols whose tools take objects only. */
    String FREE_TEXT = "input";

    /** Writes the JSON Schema of an object that holds free text and nothing else; JSON Schema of any draft. */
    static void writeFreeTextSchema(JsonBytes out) {
        out.beginObject().field("type", "object").name("properties").beginObject();
        out.name(FREE_TEXT).beginObject().field("type", "string").endObject().endObject();
        out.name("required").beginArray().text(FREE_TEXT).endArray();
        out.field("additionalProperties", false).endObject();
    }

    /** As an object; empty where the model's text is none. An empty text counts as an empty object, as models mean it so. */
    default Optional<Json.Obj> asObject() {
        return switch (this) {
            case Plain(Json.Obj object) -> Optional.of(object);
            case Encoded(Json.Text text) ->
                text.isEmpty()
                        ? Optional.of(Json.Obj.EMPTY)
                        : text.parseContent() instanceof ParsedJson.Whole(Json.Obj object)
                                ? Optional.of(object)
                                : Optional.empty();
            case Free(Json.Text text) -> Optional.of(Json.Obj.of(FREE_TEXT, text));
        };
    }

    /** The free text within {@link #writeFreeTextSchema}'s object; whatever else the model made of it, as it is. */
    default Free freed() {
        return asObject().orElse(Json.Obj.EMPTY).get(FREE_TEXT) instanceof Json.Text text
                ? new Free(text)
                : new Free(asText());
    }

    /** As a text: the JSON of the object, or the free text itself. */
    default Json.Text asText() {
        return switch (this) {
            case Plain(Json.Obj object) -> Json.Text.encoding(object);
            case Encoded(Json.Text text) -> text;
            case Free(Json.Text text) -> text;
        };
    }
}
