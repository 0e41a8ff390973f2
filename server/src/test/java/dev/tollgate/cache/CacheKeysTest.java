package dev.tollgate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What makes two requests the same, and what does not. */
class CacheKeysTest {
    private static final int ROUNDS = 2_000;

    private final CacheKeys keys = new CacheKeys();

    private CacheKey key(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        if (!(Json.parse(bytes, 0, bytes.length) instanceof ParsedJson.Whole(Json value))) {
            throw new AssertionError("no JSON: " + json);
        }
        return keys.digest().json(value).key();
    }

    /** A leaf that is a text, not JSON yet. */
    private record Text(String text) {}

    /** A value as a tree of Java's own: maps, lists, texts, and leaves that are JSON already. */
    private static Object tree(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> "null";
            case 1 -> Boolean.toString(random.nextBoolean());
            case 2 -> Integer.toString(random.nextInt(-50, 50)) + (random.nextBoolean() ? "" : ".5");
            case 3, 4 -> new Text(text(random));
            case 5 -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(tree(random, depth + 1));
                }
                yield items;
            }
            default -> object(random, depth);
        };
    }

    private static Map<String, Object> object(Random random, int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            members.put(text(random), tree(random, depth + 1));
        }
        return members;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append("ab\"\\/\n\u0001é€ ".charAt(random.nextInt(10)));
        }
        return random.nextInt(8) == 0 ? text.append("😀").toString() : text.toString();
    }

    /** Writes the tree in some way: members in any order, any white space, any escapes. */
    private static String written(Object value, Random random) {
        return switch (value) {
            case Map<?, ?> members -> {
                List<Map.Entry<?, ?>> shuffled = new ArrayList<>(members.entrySet());
                Collections.shuffle(shuffled, random);
                List<String> written = new ArrayList<>();
                for (Map.Entry<?, ?> member : shuffled) {
                    written.add(quoted(member.getKey().toString(), random) + space(random) + ":" + space(random)
                            + written(member.getValue(), random));
                }
                yield "{" + space(random) + String.join(space(random) + "," + space(random), written) + "}";
            }
            case List<?> items -> {
                List<String> written = new ArrayList<>();
                items.forEach(item -> written.add(written(item, random)));
                yield "[" + String.join("," + space(random), written) + space(random) + "]";
            }
            case Text(String text) -> quoted(text, random);
            default -> value.toString();
        };
    }

    private static String space(Random random) {
        return List.of("", "", " ", "\n\t").get(random.nextInt(4));
    }

    private static String quoted(String text, Random random) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean must = c == '"' || c == '\\' || c < ' ';
            quoted.append(must || random.nextInt(4) == 0 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        // Half of a surrogate pair may not stand in UTF-8: both are escaped, or neither.
        String high = "😀".substring(0, 1);
        String low = "😀".substring(1);
        return quoted.append('"')
                .toString()
                .replace(high + String.format("\\u%04x", (int) low.charAt(0)), "😀")
                .replace(String.format("\\u%04x", (int) high.charAt(0)) + low, "😀");
    }

    /** The tree with one leaf or one member another. */
    @SuppressWarnings("unchecked")
    private static Object changed(Object value, Random random) {
        return switch (value) {
            case Map<?, ?> members -> {
                Map<String, Object> copy = new LinkedHashMap<>((Map<String, Object>) members);
                List<String> names = List.copyOf(copy.keySet());
                String name = names.get(random.nextInt(names.size()));
                switch (random.nextInt(3)) {
                    case 0 -> copy.computeIfPresent(name, (same, member) -> changed(member, random));
                    case 1 -> copy.remove(name);
                    default -> copy.put(name + "x", "1");
                }
                yield copy.equals(members) ? Map.of("another", "1") : copy;
            }
            case List<?> items -> {
                List<Object> copy = new ArrayList<>(items);
                copy.add(random.nextInt(copy.size() + 1), new Text("more"));
                yield copy;
            }
            case Text(String text) -> new Text(text + "!");
            case String leaf when leaf.equals("null") -> "false";
            case String leaf when leaf.equals("true") -> "null";
            default -> new Text(String.valueOf(value));
        };
    }

    @Test
    void requestsThatMeanTheSameHaveOneKeyAndAnyOtherValueAnother() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Object tree = object(random, 0);
            String one = written(tree, random);
            String again = written(tree, random);
            assertEquals(key(one), key(again), () -> "seed " + seed + ": " + one + " and " + again);
            String other = written(changed(tree, random), random);
            assertNotEquals(key(one), key(other), () -> "seed " + seed + ": " + one + " and " + other);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1}           | {"a":1.0}
            {"a":1}           | {"a":"1"}
            {"a":[1,2]}       | {"a":[2,1]}
            {"a":["b","c"]}   | {"a":["bc"]}
            {"a":[["b"],"c"]} | {"a":[["b","c"]]}
            {"a":{}}          | {"a":[]}
            {"a":null}        | {}
            {"ab":"c"}        | {"a":"bc"}
            {"a":"\\ud800"}   | {"a":"?"}
            {"a":"\\ud800"}   | {"a":"\\udc00"}
            {"a":"b"}         | {"A":"b"}
            """)
    void whatDiffersByALittleHasAnotherKey(String one, String other) {
        assertNotEquals(key(one), key(other));
    }

    @Test
    void anotherProcessHasOtherKeys() {
        assertNotEquals(key("{}"), new CacheKeysTest().key("{}"));
    }

    @Test
    void partsDoNotRunIntoOneAnother() {
        assertNotEquals(
                keys.digest().text("ab").text("c").key(),
                keys.digest().text("a").text("bc").key());
        assertNotEquals(
                keys.digest().count(1).text("a").count(0).key(),
                keys.digest().count(0).text("a").count(1).key());
    }
}
