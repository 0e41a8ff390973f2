package dev.tollgate.dialects;

import static dev.tollgate.dialects.Inspections.readable;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.fuzz.Reference;
import dev.tollgate.dialects.fuzz.Seeds;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What {@link RequestInspector} tells of a prompt that its body's length does not bound. */
class UnwrittenTest {
    private static final Set<String> ELSEWHERE = Set.of(
            "url image_url file_url file_id fileUri file_uri previous_response_id previous_message_id conversation container cachedContent cached_content prompt"
                    .split(" "));

    private static final Set<String> ELSEWHERE_TOO = Set.of(
            "item_reference vector_store_ids mcp_servers server_url image document input_image input_file input_audio file_data inlineData inline_data"
                    .split(" "));

    private static final List<String> WORDS =
            List.of("tools", "image", "url", "previous_response_id", "inlineData", "imagE", "urls", "tool", "ur", "é");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"user","content":"say \\"no\\" to C:\\\\urls"}]} | false | false
            {"content":[{"type":"image","source":{}}]}                       | true  | false
            {"content":[{"type":"im\\u0061ge"}]}                               | true  | false
            {"t\\u006Fols":1}                                                  | false | true
            {"content":"a tab\\u0009, a line\\n and a quote\\u0022"}            | false | false
            {"content":"he said \\"url"}                                       | false | false
            {"tools":[],"messages":[]}                                       | false | true
            {"tools":[],"previous_response_id":"r"}                          | true  | true
            {"file":"toolsmith","Image":1,"images":2,"":"","é":"ü"}          | false | false
            """)
    void namesTellIt(String json, boolean elsewhere, boolean tools) {
        String body = "{\"model\":\"m\"," + json.substring(1);
        assertEquals(
                new Unwritten(elsewhere, tools),
                readable(Operation.EMBEDDINGS, body).unwritten());
    }

    @Test
    void agreesWithAnotherReaderOnEveryGoldenRequestAndItsMutations() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        Random random = new Random(seed);
        List<byte[]> golden = Seeds.golden("request.json")
                .map(seeds -> ((Named<?>) seeds.get()[0]).getPayload())
                .map(byte[].class::cast)
                .toList();
        int compared = 0;
        for (byte[] body : golden) {
            for (int mutation = 0; mutation < 40; mutation++) {
                compared += agrees(mutation == 0 ? body : mutated(body, random), "seed " + seed);
            }
        }
        assertTrue(compared > 10 * golden.size(), "only " + compared + " could be read");
    }

    private static int agrees(byte[] body, String seed) {
        int compared = 0;
        for (Operation operation : List.of(Operation.EMBEDDINGS, Operation.EMBED_CONTENT)) { // these inspect the least
            if (RequestInspector.inspect(operation, body, 0, body.length)
                    instanceof Inspection.Readable(RequestFields fields)) {
                Collection<String> strings = new TreeSet<>();
                collect(Reference.json(body).orElseThrow(), strings);
                Unwritten expected = new Unwritten(
                        strings.stream().anyMatch(text -> ELSEWHERE.contains(text) || ELSEWHERE_TOO.contains(text)),
                        strings.contains("tools"));
                assertEquals(expected, fields.unwritten(), () -> seed + ": " + new String(body, UTF_8));
                compared++;
            }
        }
        return compared;
    }

    /** Every name and text. */
    private static void collect(JsonNode node, Collection<String> strings) {
        if (node.isString()) {
            strings.add(node.stringValue());
        }
        strings.addAll(node.propertyNames());
        node.values().forEach(value -> collect(value, strings));
    }

    /** Other words, plain or in escapes, in the place of some strings. */
    private static byte[] mutated(byte[] body, Random random) {
        StringBuilder out = new StringBuilder();
        String[] pieces = new String(body, UTF_8).split("\"", -1);
        for (int i = 0; i < pieces.length; i++) {
            boolean whole = i % 2 == 1 && !pieces[i].endsWith("\\") && !pieces[i - 1].endsWith("\\");
            String piece = pieces[i];
            if (whole && !piece.equals("model") && random.nextInt(6) == 0) {
                String word = WORDS.get(random.nextInt(WORDS.size()));
                piece = random.nextBoolean() ? word : escaped(word, random);
            }
            out.append(i == 0 ? "" : "\"").append(piece);
        }
        return out.toString().getBytes(UTF_8);
    }

    private static String escaped(String word, Random random) {
        return word.chars()
                .mapToObj(letter -> random.nextBoolean()
                        ? Character.toString(letter)
                        : "\\u" + HexFormat.of().toHexDigits((char) letter))
                .collect(Collectors.joining());
    }
}
