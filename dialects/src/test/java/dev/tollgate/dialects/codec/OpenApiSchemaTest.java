package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.junit.jupiter.api.Test;

class OpenApiSchemaTest {
    private static void becomes(String expected, String schema) {
        byte[] bytes = schema.getBytes(UTF_8);
        if (Json.parse(bytes, 0, bytes.length) instanceof ParsedJson.Whole(Json.Obj object)) {
            assertEquals(expected, new String(OpenApiSchema.toJsonSchema(object).bytes(), UTF_8));
        } else {
            throw new IllegalArgumentException(schema);
        }
    }

    @Test
    void typesAreInLowerCaseAtEveryDepth() {
        becomes(
                "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"array\",\"items\":{\"type\":\"string\",\"format\":\"enum\"}}},"
                        + "\"anyOf\":[{\"type\":\"null\"}]}",
                "{\"type\":\"OBJECT\",\"properties\":{\"type\":{\"type\":\"ARRAY\",\"items\":{\"type\":\"STRING\",\"format\":\"enum\"}}},"
                        + "\"anyOf\":[{\"type\":\"NULL\"}],\"propertyOrdering\":[\"type\"]}");
    }

    @Test
    void nullableIsATypeOfItsOwn() {
        becomes(
                "{\"type\":[\"string\",\"null\"],\"enum\":[\"A\",null]}",
                "{\"type\":\"STRING\",\"nullable\":true,\"enum\":[\"A\"]}");
        becomes("{\"type\":\"string\"}", "{\"type\":\"STRING\",\"nullable\":false}");
    }

    @Test
    void countsAreNumbersAndExamplesAList() {
        becomes(
                "{\"minItems\":1,\"maxLength\":20,\"examples\":[\"x\"]}",
                "{\"minItems\":\"1\",\"maxLength\":20,\"example\":\"x\"}");
    }

    @Test
    void whatIsNoSchemaStaysAsItIs() {
        becomes("{\"type\":5,\"items\":true,\"anyOf\":\"x\"}", "{\"type\":5,\"items\":true,\"anyOf\":\"x\"}");
    }
}
