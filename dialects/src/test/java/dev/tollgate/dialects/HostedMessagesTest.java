package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostedMessagesTest {
    private static final HostedMessages.Form BEDROCK =
            new HostedMessages.Form("bedrock-2023-05-31", Set.of("model", "stream"), List.of());
    private static final HostedMessages.Form VERTEX =
            new HostedMessages.Form("vertex-2023-10-16", Set.of("model"), List.of());

    private static String edited(String body, HostedMessages.Form form) {
        byte[] padded = ("?" + body + "?").getBytes(UTF_8);
        int length = body.getBytes(UTF_8).length;
        return new String(Splices.apply(padded, 1, length, HostedMessages.edits(padded, 1, length, form)), UTF_8);
    }

    /** {@code V} stands for the member that is always put in front. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"model\":\"m\"}                             | {V}",
                "{ \"model\" : \"m\" }                         | {V  }",
                "{\"model\":\"m\",\"stream\":true}             | {V}",
                "{}                                            | {V}",
                "{\"model\":\"m\",\"a\":1}                     | {V,\"a\":1}",
                "{ \"model\" : \"m\" , \"a\" : 1 }             | {V, \"a\" : 1 }",
                "{\"a\":1,\"model\":\"m\"}                     | {V,\"a\":1}",
                "{ \"a\" : 1 , \"model\" : \"m\" }             | {V, \"a\" : 1 }",
                "{\"a\":1,\"model\":\"m\",\"b\":2}             | {V,\"a\":1,\"b\":2}",
                "{\"a\":1,\"stream\":false,\"model\":\"m\"}    | {V,\"a\":1}",
                "{\"stream\":true,\"a\":[1,{\"model\":\"x\"}],\"model\":\"m\"} | {V,\"a\":[1,{\"model\":\"x\"}]}",
                "{\"stream\":null,\"model\":\"m\",\"a\":\"}\"} | {V,\"a\":\"}\"}",
                "{\"a\":1.50e3,\"model\":\"m\",\"stream\":true,\"b\":\"\\u00e9 é\"} | {V,\"a\":1.50e3,\"b\":\"\\u00e9 é\"}",
                "{\"a\": true ,\"model\":\"mo\\\"del\" ,\"b\" :null} | {V,\"a\": true ,\"b\" :null}",
            })
    void whatStandsInThePathIsCutOutAndNothingElseIsTouched(String body, String expected) {
        String version = "\"anthropic_version\":\"bedrock-2023-05-31\"";
        assertEquals(expected.replace("V", version), edited(body, BEDROCK));
    }

    @Test
    void blanksOfEveryKindGoWithTheFieldThatIsCut() {
        assertEquals(
                "{\"anthropic_version\":\"vertex-2023-10-16\",\n  \"max_tokens\": 5,\r\n\t\"stream\": true\n}",
                edited("{\n  \"max_tokens\": 5,\r\n\t\"model\": \"m\",\n  \"stream\": true\n}", VERTEX));
        assertEquals(
                "{\"anthropic_version\":\"vertex-2023-10-16\",\n  \"max_tokens\": 5\n}",
                edited("{\n  \"max_tokens\": 5\r\n\t ,\r\n \"model\": \"m\"\n}", VERTEX));
    }

    @Test
    void anotherCloudsVersionIsReplacedInItsPlace() {
        assertEquals(
                "{\"a\":1,\"anthropic_version\":\"bedrock-2023-05-31\"}",
                edited("{\"a\":1,\"anthropic_version\":\"vertex-2023-10-16\",\"model\":\"m\"}", BEDROCK));
        assertEquals(
                "{\"anthropic_version\": \"bedrock-2023-05-31\" ,\"a\":1}",
                edited("{\"anthropic_version\": {\"x\":[]} ,\"a\":1}", BEDROCK));
        String right = "{\"anthropic_version\":\"bedrock-2023-05-31\",\"a\":1}";
        assertEquals(right, edited(right, BEDROCK));
    }

    @Test
    void betasJoinThoseThatTheBodyNames() {
        HostedMessages.Form form = new HostedMessages.Form("v", Set.of("model"), List.of("one", "t\"wo"));
        assertEquals(
                "{\"anthropic_version\":\"v\",\"anthropic_beta\":[\"one\",\"t\\\"wo\"],\"a\":1}",
                edited("{\"model\":\"m\",\"a\":1}", form));
        assertEquals(
                "{\"anthropic_version\":\"v\",\"anthropic_beta\":[\"t\\\"wo\", \"one\" , {\"x\":[]}]}",
                edited("{\"anthropic_beta\":[ \"one\" , {\"x\":[]}],\"model\":\"m\"}", form));
        assertEquals(
                "{\"anthropic_version\":\"v\",\"anthropic_beta\":[\"one\",\"t\\\"wo\"]}",
                edited("{\"anthropic_beta\":[]}", form));
        String strange = "{\"anthropic_version\":\"v\",\"anthropic_beta\":\"one\"}";
        assertEquals(strange, edited(strange, form));
    }

    @Test
    void whatNeedsNoEditHasNone() {
        byte[] body = "{\"anthropic_version\":\"v\",\"a\":1}".getBytes(UTF_8);
        HostedMessages.Form form = new HostedMessages.Form("v", Set.of("model"), List.of());
        assertEquals(List.of(), HostedMessages.edits(body, 0, body.length, form));
    }

    @Test
    void editsSayWhichFieldsTheyChange() {
        byte[] body = "{\"model\":\"m\",\"stream\":true,\"a\":1}".getBytes(UTF_8);
        HostedMessages.Form form = new HostedMessages.Form("v", Set.of("model", "stream"), List.of("b"));
        assertEquals(
                List.of("anthropic_version, anthropic_beta", "model, stream"),
                HostedMessages.edits(body, 0, body.length, form).stream()
                        .map(Splice::field)
                        .toList());
    }

    @Test
    void anyOrderAndSpacingLeavesOneValidBodyWithTheRestAsItWas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Map<String, String> values = new LinkedHashMap<>();
            List<String> names =
                    new ArrayList<>(List.of("model", "stream", "max_tokens", "messages", "anthropic_version", "x"));
            Collections.shuffle(names, random);
            names = names.subList(0, random.nextInt(names.size() + 1));
            StringBuilder body = new StringBuilder(blank(random)).append('{').append(blank(random));
            for (String name : names) {
                String value = List.of("\"m,}\\\"\"", "true", "12", "[{\"model\":1},[]]", "{\"stream\":\"\"}", "null")
                        .get(random.nextInt(6));
                values.put(name, value);
                body.append(body.indexOf(":") < 0 ? "" : ",").append(blank(random));
                body.append('"').append(name).append('"').append(blank(random)).append(':');
                body.append(blank(random)).append(value).append(blank(random));
            }
            body.append('}').append(blank(random));
            values.remove("model");
            values.remove("stream");
            values.put("anthropic_version", "\"bedrock-2023-05-31\"");
            assertEquals(
                    new TreeMap<>(values), members(edited(body.toString(), BEDROCK)), "seed " + seed + ": " + body);
        }
    }

    private static String blank(Random random) {
        return List.of("", "", " ", "\n", "\r\n\t ").get(random.nextInt(5));
    }

    /** The members with their values as they stand, by a strict parser. */
    private static Map<String, String> members(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        if (!(Json.parse(bytes, 0, bytes.length) instanceof ParsedJson.Whole(Json.Obj object))) {
            return fail("no JSON object: " + body);
        }
        Map<String, String> members = new TreeMap<>();
        for (Json.Member member : object) {
            String value = new String(member.value().bytes(), UTF_8);
            members.put(member.name(), member.value() instanceof Json.Text ? '"' + value + '"' : value);
        }
        return members;
    }
}
