package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;

/** Writes small JSON documents. */
final class JsonWriter {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonWriter() {}

    /** An object with the members that {@code members} writes. */
    static byte[] object(Consumer<JsonGenerator> members) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
                json.writeStartObject();
                members.accept(json);
                json.writeEndObject();
            }
            return bytes.toByteArray();
        }
    }

    /** The text with half surrogate pairs, which UTF-8 cannot hold, replaced. */
    static String encodable(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }
}
