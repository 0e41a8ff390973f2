package dev.tollgate.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms and queries, as they come and as attackers send them. */
class ParamsTest {
    private static Params parse(@Nullable String encoded) {
        Params params = Params.parse(encoded);
        assertNotNull(params);
        return params;
    }

    @Test
    void valuesAreDecoded() {
        Params params = parse("a=1&b=x+y%26z&empty=&alone&c=%C3%A9");
        assertEquals("1", params.get("a"));
        assertEquals("x y&z", params.get("b"));
        assertEquals("é", params.get("c"));
        assertNull(params.get("empty"), "empty is absent (RFC 6749 section 3.1)");
        assertNull(params.get("alone"));
        assertEquals(List.of("a", "b", "empty", "alone", "c"), List.copyOf(params.asMap().keySet()));
    }

    @Test
    void whatCameTwiceHasNoValueAndIsNamed() {
        Params params = parse("a=1&b=2&a=1");
        assertNull(params.get("a"));
        assertEquals(List.of("1", "1"), params.all("a"));
        assertEquals("a", params.repeated(List.of("b", "a")));
        assertNull(params.repeated(List.of("b", "c")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%2", "a=%zz", "%G0=1", "a=b%"})
    void brokenEncodingIsNoForm(String encoded) {
        assertNull(Params.parse(encoded));
    }

    @Test
    void tooManyParametersAreNoForm() {
        assertNotNull(Params.parse("a=1&".repeat(200)));
        assertNull(Params.parse("a=1&".repeat(201)));
    }

    @Test
    void valuesStayOutOfLogs() {
        assertFalse(parse("password=hunter2hunter2").toString().contains("hunter2"));
    }

    @Test
    void nothingIsNone() {
        assertEquals(Params.NONE, Params.parse(null));
        assertEquals(Params.NONE, Params.parse(""));
    }
}
