package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class JsonScannerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final JsonPaths PATHS = JsonPaths.root()
            .report(AnswerField.INPUT, "u.in", "m.u.in")
            .report(AnswerField.TEXT, "c.d.t", "t")
            .report(AnswerField.CHOICES, "c");

    /** The same document, as a tree made by Jackson says it. */
    private static void expect(JsonNode node, String path, List<String> events) {
        if (node.isObject()) {
            if (path.equals("c")) {
                events.add("open");
            }
            if (path.equals("c.d.t") || path.equals("t")) {
                events.add("passed");
                return;
            }
            for (var member : node.properties()) {
                expect(member.getValue(), path.isEmpty() ? member.getKey() : path + "." + member.getKey(), events);
            }
            if (path.equals("c")) {
                events.add("close");
            }
        } else if (node.isArray()) {
            for (JsonNode element : node) {
                if (!element.isArray()) {
                    expect(element, path, events);
                } else if (path.equals("c.d.t") || path.equals("t")) {
                    events.add("passed"); // an array in an array is not looked into
                }
            }
        } else if (node.isNumber() && (path.equals("u.in") || path.equals("m.u.in"))) {
            boolean count = node.isIntegralNumber()
                    && node.bigIntegerValue().signum() >= 0
                    && node.bigIntegerValue().bitLength() < 40
                    && node.longValue() <= 1_000_000_000;
            events.add("number " + (count ? node.longValue() : -1));
        } else if (node.isString() && (path.equals("c.d.t") || path.equals("t"))) {
            events.add("string " + node.asString().getBytes(UTF_8).length);
        }
    }

    private static final class Told implements JsonListener {
        final List<String> events = new ArrayList<>();

        @Override
        public void opened(AnswerField field, boolean array) {
            if (!array && field == AnswerField.CHOICES) {
                events.add("open");
            }
        }

        @Override
        public void closed(AnswerField field, boolean array) {
            if (!array && field == AnswerField.CHOICES) {
                events.add("close");
            }
        }

        @Override
        public void number(AnswerField field, String name, long value) {
            if (field == AnswerField.INPUT) {
                events.add("number " + value);
            }
        }

        @Override
        public void string(AnswerField field, String name, byte[] head, int headLength, long length) {
            if (field == AnswerField.TEXT) {
                events.add("string " + length);
            }
        }

        @Override
        public void passed(AnswerField field, long length) {
            if (field == AnswerField.TEXT) {
                events.add("passed");
            }
        }
    }

    @Test
    void reportsWhatTheTreeHoldsHoweverTheDocumentIsCut() {
        RandomGenerator random = Fixtures.random("JsonScannerTest");
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder();
            boolean array = random.nextInt(4) == 0;
            text.append(array ? "[" : "");
            object(random, text, 0);
            if (array) {
                text.append(" , ");
                object(random, text, 0);
                text.append("]");
            }
            byte[] json = text.toString().getBytes(UTF_8);
            List<String> expected = new ArrayList<>();
            expect(MAPPER.readTree(json), "", expected);
            Told told = new Told();
            JsonScanner scanner = new JsonScanner(PATHS, told);
            for (int from = 0; from < json.length; ) {
                int to = Math.min(json.length, from + 1 + random.nextInt(random.nextBoolean() ? 3 : 40));
                assertFalse(scanner.whole(), text::toString);
                scanner.feed(json, from, to);
                from = to;
            }
            assertTrue(scanner.whole(), text::toString);
            assertEquals(expected, told.events, text::toString);
        }
    }

    @Test
    void whatIsNoObjectOrArrayIsBroken() {
        for (String text : List.of(
                "[DONE]", "<html>", "null", "7", "\"x\"", "{]", "[}", "{\"c\" 1}", "{} {}", "{1:2}", "{\"a\":}")) {
            JsonScanner scanner = new JsonScanner(PATHS, new Told());
            scanner.feed(text.getBytes(UTF_8), 0, text.length());
            assertTrue(scanner.broken(), text);
            scanner.reset();
            scanner.feed("{}".getBytes(UTF_8), 0, 2);
            assertTrue(scanner.whole());
        }
    }

    @Test
    void deepNestingAndLongStringsCostNothing() {
        Told told = new Told();
        JsonScanner scanner = new JsonScanner(PATHS, told);
        byte[] open = "{\"x\":[".repeat(1000).getBytes(UTF_8);
        byte[] close = "]}".repeat(1000).getBytes(UTF_8);
        scanner.feed("{\"c\":[[[{\"d\":".getBytes(UTF_8), 0, 13);
        for (int i = 0; i < 1000; i++) {
            scanner.feed(open, 0, open.length);
        }
        for (int i = 0; i < 1000; i++) {
            scanner.feed(close, 0, close.length);
        }
        byte[] tail = "}]]],\"u\":{\"in\":3}}".getBytes(UTF_8);
        scanner.feed(tail, 0, tail.length);
        assertTrue(scanner.whole());
        assertEquals(List.of("number 3"), told.events);
    }

    private static void object(RandomGenerator random, StringBuilder json, int depth) {
        json.append("{ ");
        List<String> names =
                new ArrayList<>(List.of("u", "m", "c", "in", "d", "t", "other", "u\\u0020", "in\\\"", "x".repeat(70)));
        for (int members = random.nextInt(5); members > 0; members--) {
            String name = names.remove(random.nextInt(names.size()));
            json.append('"').append(name).append("\"").append(random.nextBoolean() ? ":" : " :\n");
            value(random, json, depth + 1);
            json.append(members == 1 ? "" : ", ");
        }
        json.append('}');
    }

    private static void value(RandomGenerator random, StringBuilder json, int depth) {
        switch (depth > 5 ? 4 + random.nextInt(4) : random.nextInt(9)) {
            case 0, 1, 8 -> object(random, json, depth);
            case 2, 3 -> {
                json.append('[');
                for (int elements = random.nextInt(4); elements > 0; elements--) {
                    value(random, json, depth + 1);
                    json.append(elements == 1 ? "" : ",");
                }
                json.append(']');
            }
            case 4 -> json.append(List.of("true", "false", "null").get(random.nextInt(3)));
            case 5 ->
                json.append(List.of("0", "7", "1000000000", "1000000001", "-1", "1.5", "2e3", "123456789012345678901")
                        .get(random.nextInt(8)));
            default -> {
                json.append('"');
                for (int i = random.nextInt(12); i > 0; i--) {
                    json.append(List.of("a", "\\n", "\\\"", "\\\\", "\\u4e2d", "é", "混", "{", "\\\"u\\\":", "]")
                            .get(random.nextInt(10)));
                }
                json.append('"');
            }
        }
    }
}
