package dev.tollgate.dialects.embeddings;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One vector's two spellings: a list of numbers, and OpenAI's base64 of 32-bit floats, little-endian. */
final class Vectors {
    private static final Json.Arr NONE = parsed("[]");

    private Vectors() {}

    /** The numbers in either spelling; where they are neither, that is a problem, and the result is empty. */
    static Json.Arr read(@Nullable Json value, Path at, Reading reading) {
        if (value instanceof Json.Arr array
                && !array.items().isEmpty()
                && array.items().stream().allMatch(Json.Num.class::isInstance)) {
            return array;
        }
        Json.Arr unpacked = value instanceof Json.Text text ? unpack(text) : NONE;
        if (unpacked.items().isEmpty()) {
            reading.malformed(at, "a list of numbers is expected, or base64 of 32-bit floats.");
        }
        return unpacked;
    }

    static String pack(Json.Arr vector) {
        ByteBuffer floats =
                ByteBuffer.allocate(vector.items().size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Json number : vector) {
            floats.putFloat(Float.parseFloat(new String(number.bytes(), US_ASCII)));
        }
        return Base64.getEncoder().encodeToString(floats.array());
    }

    private static Json.Arr unpack(Json.Text base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.utf8());
        } catch (IllegalArgumentException e) {
            return NONE;
        }
        if (bytes.length % Float.BYTES != 0) {
            return NONE;
        }
        ByteBuffer floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder numbers = new StringBuilder(bytes.length * 3).append('[');
        while (floats.hasRemaining()) {
            float value = floats.getFloat();
            if (!Float.isFinite(value)) {
                return NONE;
            }
            numbers.append(numbers.length() == 1 ? "" : ",").append(value);
        }
        return parsed(numbers.append(']').toString());
    }

    private static Json.Arr parsed(String array) {
        byte[] document = array.getBytes(US_ASCII);
        if (Json.parse(document, 0, document.length) instanceof ParsedJson.Whole(Json.Arr numbers)) {
            return numbers;
        }
        throw new IllegalStateException("not an array");
    }
}
