package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.json.JsonTokens.Token;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTokensTest {
    @Test
    void tellsEachTokenAndWhereItStands() {
        assertEquals(
                List.of(
                        "OBJECT {",
                        "NAME \"a\\\"\"",
                        "ARRAY [",
                        "NUMBER -1.5e+3",
                        "OBJECT {",
                        "OBJECT_END }",
                        "TEXT \"é\"",
                        "TRUE true",
                        "ARRAY_END ]",
                        "NAME \"\"",
                        "NULL null",
                        "OBJECT_END }",
                        "END"),
                tokens(" { \"a\\\"\" : [ -1.5e+3 ,{ } , \"é\",true ] , \"\":null } "));
    }

    @Test
    void placesAreIndexesIntoTheArrayAndProblemsCountFromTheDocument() {
        byte[] bytes = "xx[7,]".getBytes(UTF_8);
        JsonTokens tokens = new JsonTokens(bytes, 2, bytes.length);
        tokens.next();
        tokens.next();
        assertEquals(3, tokens.start());
        assertEquals(4, tokens.end());
        assertEquals(7, tokens.integer().orElseThrow());
        assertEquals(1, tokens.depth());
        assertEquals(Token.BROKEN, tokens.next());
        assertTrue(tokens.problem().endsWith("at byte 3"), tokens.problem());
        assertEquals(Token.BROKEN, tokens.next());
    }

    @Test
    void namesAndTextsAreDecoded() {
        byte[] bytes = "{\"mod\\u0065l\":\"\\ud83d\\ude00\\n\"}".getBytes(UTF_8);
        JsonTokens tokens = new JsonTokens(bytes, 0, bytes.length);
        tokens.next();
        tokens.next();
        assertEquals("model", tokens.string());
        assertTrue(tokens.escaped());
        tokens.next();
        assertEquals("😀\n", tokens.string());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a" 1}   | a colon is expected, at byte 5
            {,}       | a name is expected, at byte 1
            {"a":1 2} | a comma or } is expected, at byte 7
            [1 2]     | a comma or ] is expected, at byte 3
            [1}       | a comma or ] is expected, at byte 2
            {"a":     | ends where a value is expected, at byte 5
            "a        | ends in a string, at byte 2
            1 2       | something follows the value, at byte 2
            -         | no JSON value, at byte 1
            """)
    void problemsAreTold(String document, String problem) {
        byte[] bytes = document.getBytes(UTF_8);
        JsonTokens tokens = new JsonTokens(bytes, 0, bytes.length);
        Token token = tokens.next();
        while (token != Token.BROKEN && token != Token.END) {
            token = tokens.next();
        }
        assertEquals(problem, tokens.problem());
    }

    private static List<String> tokens(String document) {
        byte[] bytes = document.getBytes(UTF_8);
        JsonTokens tokens = new JsonTokens(bytes, 0, bytes.length);
        List<String> found = new ArrayList<>();
        Token token;
        do {
            token = tokens.next();
            found.add(
                    token == Token.END
                            ? "END"
                            : token + " " + new String(bytes, tokens.start(), tokens.end() - tokens.start(), UTF_8));
        } while (token != Token.END && token != Token.BROKEN);
        return found;
    }
}
