package dev.tollgate.dialects.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonTokens;
import dev.tollgate.dialects.json.JsonTokens.Token;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.json.Utf8;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/** The tokens are Jackson's, the place of what is no UTF-8 the JDK's, and neither depends on what stands around the document. */
class JsonTokensFuzzTest {
    private static final String BROKEN = "BROKEN";

    static Stream<Arguments> seeds() {
        return Stream.concat(
                Stream.of(Arguments.of(Named.of("a digit of another script", "\"\\u62E\u0639\"".getBytes(UTF_8)))),
                Stream.concat(Seeds.golden("request.json"), Seeds.golden("answer.json")));
    }

    @MethodSource("seeds")
    @FuzzTest
    void theTokensAreJacksons(byte[] document) {
        List<String> tokens = tokens(document, 0, document.length);
        byte[] around = new byte[document.length + 2];
        Arrays.fill(around, (byte) '"');
        System.arraycopy(document, 0, around, 1, document.length);
        assertEquals(tokens, tokens(around, 1, 1 + document.length));

        int invalid = Utf8.firstInvalid(document, 0, document.length);
        assertEquals(Reference.firstInvalid(document), invalid);
        boolean whole = !tokens.getLast().startsWith(BROKEN);
        assertEquals(
                whole && invalid < 0,
                Json.parse(document, 0, document.length) instanceof ParsedJson.Whole,
                tokens::toString);
        if (invalid >= 0 || tokens.getLast().contains("too long")) { // a limit of ours alone
            return;
        }
        String text = new String(document, UTF_8);
        if (whole) {
            assertEquals(jacksons(text), tokens);
        } else {
            // Of what should be a hex digit, Jackson looks at the low byte alone: no other script's character must pass
            // for one.
            String plain = text.replaceAll("[^\\x00-\\x7f]", "\u00ff");
            assertEquals(BROKEN, jacksons(plain).getLast(), tokens::toString);
        }
    }

    private static List<String> tokens(byte[] bytes, int from, int to) {
        JsonTokens tokens = new JsonTokens(bytes, from, to);
        List<String> found = new ArrayList<>();
        int at = from;
        while (true) {
            Token token = tokens.next();
            if (token == Token.BROKEN) {
                found.add(BROKEN + " " + tokens.problem());
                return found;
            }
            if (token == Token.END) {
                return found;
            }
            assertTrue(tokens.start() >= at && tokens.end() > tokens.start() && tokens.end() <= to);
            at = tokens.end();
            String raw = new String(bytes, tokens.start(), tokens.end() - tokens.start(), UTF_8);
            found.add(
                    switch (token) {
                        case NAME, TEXT -> token + " " + tokens.string();
                        case NUMBER -> {
                            tokens.integer().ifPresent(value -> assertEquals(Long.parseLong(raw), value));
                            yield "NUMBER " + raw;
                        }
                        default -> token.toString();
                    });
        }
    }

    private static List<String> jacksons(String document) {
        List<String> found = new ArrayList<>();
        try (JsonParser parser = Reference.JSON.createParser(ObjectReadContext.empty(), document)) {
            int depth = 0;
            JsonToken token = parser.nextToken();
            do {
                if (token == null) { // too early
                    found.add(BROKEN);
                    return found;
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                found.add(shown(token, parser));
                token = parser.nextToken();
            } while (depth > 0);
            if (token != null) { // a second value
                found.add(BROKEN);
            }
        } catch (JacksonException e) {
            found.add(BROKEN);
        }
        return found;
    }

    private static String shown(JsonToken token, JsonParser parser) {
        return switch (token) {
            case START_OBJECT -> "OBJECT";
            case END_OBJECT -> "OBJECT_END";
            case START_ARRAY -> "ARRAY";
            case END_ARRAY -> "ARRAY_END";
            case PROPERTY_NAME -> "NAME " + parser.currentName();
            case VALUE_STRING -> "TEXT " + parser.getString();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "NUMBER " + parser.getString();
            case VALUE_TRUE -> "TRUE";
            case VALUE_FALSE -> "FALSE";
            case VALUE_NULL -> "NULL";
            case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new AssertionError(token);
        };
    }
}
