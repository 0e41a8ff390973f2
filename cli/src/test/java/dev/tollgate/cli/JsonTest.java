package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON comes out as it went in, and readers get something sensible for what is not there. */
class JsonTest {
    private static Json parse(String text) {
        return Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"b\":1,\"a\":[true,false,null,{\"c\":\"x\"}]}",
                "{\"n\":12345678901234567890.1234567890,\"m\":-0,\"e\":1E400}",
                "\"q\\\" b\\\\ n\\n u\\u0001 ü €\"",
            })
    void whatIsReadIsWrittenAgainWithItsOrderAndDigits(String text) {
        assertEquals(text, parse(text).compact());
        assertEquals(text, parse(parse(text).pretty()).compact());
    }

    @Test
    void prettyIsIndentedByTwo() {
        assertEquals(
                "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ]\n}",
                parse("{\"a\":[1,{\"b\":null}]}").pretty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "[1,]", "{\"a\":}", "{} x", "nul", "<html>", "{'a':1}", "\"CANARY"})
    void whatIsNotJsonIsRefusedWithoutBeingQuoted(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> parse(text));
        assertFalse(String.valueOf(refused.getMessage()).contains("CANARY"));
    }

    @Test
    void absentNullAndOtherwiseTypedFieldsReadAsNothing() {
        Json.Obj object = (Json.Obj) parse("{\"null\":null,\"list\":[1],\"text\":\"t\",\"number\":1.5,\"flag\":true}");
        for (String name : List.of("absent", "null", "list")) {
            assertEquals("", object.text(name));
        }
        assertEquals(0, object.number("text"));
        assertEquals(0, object.number("number"));
        assertEquals("1.5", object.text("number"));
        assertFalse(object.flag("text"));
        assertEquals(List.of(), object.rows("text"));
        assertEquals("", object.child("text").text("x"));
        assertFalse(object.has("null"));
        assertFalse(object.has("absent"));
        assertTrue(object.has("flag"));
    }
}
