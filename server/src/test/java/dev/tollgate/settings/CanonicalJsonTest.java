package dev.tollgate.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** One form of JSON, held against the examples of RFC 8785, and what is laid over what. */
class CanonicalJsonTest {
    private static String canonical(String json) {
        return CanonicalJson.of(Json.MAPPER.readTree(json));
    }

    @Test
    void theExampleOfTheStandardComesOutAsItSays() {
        // RFC 8785, section 3.2.2.
        assertEquals(
                "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}",
                canonical("{\"numbers\": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],"
                        + "\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\","
                        + "\"literals\": [null, true, false]}"));
    }

    @Test
    void namesAreSortedByTheirCodeUnits() {
        // RFC 8785, section 3.2.3.
        assertEquals(
                "{\"\\r\":1,\"1\":2,\"\u0080\":3,\"ö\":4,\"€\":5,\"😀\":6,\"\ufb33\":7}",
                canonical(
                        "{\"\\u20ac\":5,\"\\r\":1,\"\\ufb33\":7,\"1\":2,\"\\ud83d\\ude00\":6,\"\\u0080\":3,\"\\u00f6\":4}"));
        assertEquals(
                "{\"a\":[{},[],\"\"],\"b\":{\"c\":1,\"d\":2}}",
                canonical("{\"b\":{\"d\":2,\"c\":1},\"a\":[{},[],\"\"]}"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "-1, -1",
        "1.0, 1",
        "9007199254740991, 9007199254740991",
        "100, 100",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "-1.5e22, -1.5e+22",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "123456.789e-12, 1.23456789e-7",
        "1.7976931348623157e308, 1.7976931348623157e+308"
    })
    void numbersAreAsEcmaScriptWritesThem(String json, String expected) {
        assertEquals(expected, canonical(json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740992",
                "-9007199254740993",
                "1e400",
                "[{\"a\":1e400}]",
                "\"\\ud800\"",
                "5e-324",
                "\"\\u0000\""
            })
    void whatReadersTakeDifferentlyIsNotHeld(String json) {
        assertFalse(CanonicalJson.holds(Json.MAPPER.readTree(json)));
    }

    @Test
    void whatIsAlikeEverywhereIs() {
        assertTrue(CanonicalJson.holds(Json.MAPPER.readTree("{\"a\":[1,-2.5,true,null,\"😀\",{}]}")));
    }

    @Test
    void theUpperDocumentWinsObjectsMergeAndListsJoin() {
        ObjectNode lower = (ObjectNode) Json.MAPPER.readTree(
                "{\"a\":1,\"o\":{\"x\":1,\"y\":[1,2]},\"l\":[{\"n\":1}],\"kind\":{\"was\":\"object\"},\"only\":true}");
        ObjectNode upper = (ObjectNode) Json.MAPPER.readTree(
                "{\"a\":2,\"o\":{\"y\":[2,3],\"z\":null},\"l\":[{\"n\":1},{\"n\":2}],\"kind\":\"text\",\"new\":{}}");
        Merging.lay(upper, lower);
        assertEquals(
                "{\"a\":2,\"kind\":\"text\",\"l\":[{\"n\":1},{\"n\":2}],\"new\":{},\"o\":{\"x\":1,\"y\":[1,2,3],\"z\":null},\"only\":true}",
                CanonicalJson.of(lower));
    }
}
