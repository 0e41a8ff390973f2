package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "01",
                "1.",
                "-",
                "1e",
                "+1",
                ".5",
                "tru",
                "nulll",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12",
                "\"\n\"",
                "{} {}",
                "[1 2]",
                "{a:1}",
                "NaN",
                "]"
            })
    void refusesWhatIsNoJson(String document) {
        assertInstanceOf(ParsedJson.Broken.class, parsed(document));
    }

    @Test
    void refusesTooDeepNestingAndBrokenUtf8() {
        assertInstanceOf(ParsedJson.Whole.class, parsed("[".repeat(100) + "]".repeat(100)));
        assertInstanceOf(ParsedJson.Broken.class, parsed("[".repeat(101) + "]".repeat(101)));
        byte[] half = {'"', (byte) 0xC3, '"'};
        assertInstanceOf(ParsedJson.Broken.class, Json.parse(half, 0, half.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-0", "1.50", "1E+9", "\"\\u00e9\\/\"", "{\"b\":[1.0,{}],\"a\":null}", "[true,false]"})
    void writesAValueByteByByteAsItCame(String document) {
        assertEquals(document, written(value(document)));
    }

    @Test
    void makesOneLineOfAPrettyValue() {
        assertEquals("{  \"a\": \"\\n\" }", written(value("{\r\n\"a\": \"\\n\"\n}")));
    }

    @Test
    void decodesEscapesAndSurrogatePairs() {
        assertEquals(
                "a\"\\/\b\f\n\r\té😀ü",
                text("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00ü\"").string());
        assertEquals(text("\"\\u0041\""), text("\"A\""));
        assertNotEquals(text("\"a\""), text("\"A\""));
    }

    @Test
    void aTextOfOurOwnComesBackWhole() {
        for (String string : new String[] {"", "plain", "quote\" \\ \u0001 \u007f é € 😀", "half \ud83d pair"}) {
            Json.Text text = Json.Text.of(string);
            assertEquals(string, text.string());
            assertEquals(string, text(written(text)).string());
        }
    }

    @Test
    void argumentsGoIntoATextAndOutAgain() {
        Json input = value("{\"path\": \"a\\n\\\"b\\\"\", \"é\": [1]}");
        Json.Text encoded = Json.Text.encoding(input);
        assertEquals(new ParsedJson.Whole(input), encoded.parseContent());
    }

    @Test
    void aDataUrlsPayloadIsFoundWithoutDecoding() {
        Json.Text url = text("\"data:image/png;base64,iVBO\"");
        int comma = url.indexOf(',');
        assertEquals("data:image/png;base64", url.head(comma));
        assertEquals("iVBO", url.tail(comma + 1).string());
        assertEquals("a/b", text("\"x,a\\/b\"").tail(2).string());
    }

    @Test
    void ofADoubleNameTheLastCounts() {
        assertEquals(Json.Num.of(2), ((Json.Obj) value("{\"a\":1,\"a\":2}")).get("a"));
    }

    @Test
    void aDetachedValueDoesNotChangeWithItsPiece() {
        byte[] piece = "{\"a\":\"x\"}".getBytes(UTF_8);
        Json value = ((ParsedJson.Whole) Json.parse(piece, 0, piece.length)).value();
        Json kept = value.detached();
        piece[6] = 'y';
        assertEquals("{\"a\":\"x\"}", written(kept));
    }

    @Test
    void writesCommasWhereTheyBelong() {
        JsonBytes out = new JsonBytes()
                .beginEvent("e")
                .beginObject()
                .field("a", 1)
                .name("b")
                .beginArray();
        out.text("x")
                .beginObject()
                .endObject()
                .nothing()
                .endArray()
                .field("c", true)
                .endObject()
                .endEvent();
        assertEquals(
                "event: e\ndata: {\"a\":1,\"b\":[\"x\",{},null],\"c\":true}\n\n", new String(out.toBytes(), UTF_8));
    }

    private static ParsedJson parsed(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        return Json.parse(bytes, 0, bytes.length);
    }

    private static Json value(String document) {
        return assertInstanceOf(ParsedJson.Whole.class, parsed(document)).value();
    }

    private static Json.Text text(String document) {
        return (Json.Text) value(document);
    }

    private static String written(Json value) {
        return new String(new JsonBytes().value(value).toBytes(), UTF_8);
    }

    @Test
    void aTextReadsPieceByPieceWithoutCuttingACharacterOrAnEscape() {
        String document = "\"a\\u00e9\\\\\\n\u00e9\u4e2d\ud83d\ude00z\\ud83d\\ude00\"";
        Json.Text text = text(document);
        for (int most = 0; most <= text.size() + 1; most++) {
            StringBuilder joined = new StringBuilder();
            for (int from = 0; from < text.size(); ) {
                Json.Text piece = text.piece(from, most);
                assertTrue(piece.size() > 0 && piece.size() <= Math.max(most, 6), "at most " + most);
                joined.append(piece.string());
                from += piece.size();
            }
            assertEquals(text.string(), joined.toString(), "at most " + most);
        }
        assertTrue(text.piece(text.size(), 10).isEmpty());
    }
}
