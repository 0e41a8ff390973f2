package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class SchemaSampleTest {

    private static JsonNode sample(String schema) {
        return SchemaSample.object(Sim.json(Sim.quotes(schema)), 7);
    }

    @Test
    void whatIsNoSchemaOfAnObjectGetsAnEmptyOne() {
        assertEquals("{}", sample("{}").toString());
        assertEquals("{}", sample("{'type':'string'}").toString());
        assertEquals("{}", SchemaSample.object(Sim.json("null"), 7).toString());
    }

    @Test
    void fixedValuesAreTaken() {
        JsonNode sample =
                sample("{'type':'object','properties':{'a':{'const':5},'b':{'default':'x'},'c':{'enum':['only']},"
                        + "'d':{'examples':[true]}}}");
        assertEquals(Sim.quotes("{'a':5,'b':'x','c':'only','d':true}"), sample.toString());
    }

    @Test
    void formatsAndNamesMakePlausibleStrings() {
        JsonNode sample = sample("{'type':'object','properties':{'when':{'type':'string','format':'date-time'},"
                + "'mail':{'type':'string','format':'email'},'file_path':{'type':'string'}}}");
        assertTrue(sample.path("when").stringValue("").matches("....-..-..T..:..:..Z"));
        assertTrue(sample.path("mail").stringValue("").contains("@"));
        assertEquals("README.md", sample.path("file_path").stringValue(""));
    }

    @Test
    void geminisUpperCaseTypesAreUnderstood() {
        JsonNode sample = sample("{'type':'OBJECT','properties':{'n':{'type':'INTEGER'},'s':{'type':'STRING'}}}");
        assertTrue(sample.path("n").isIntegralNumber() && sample.path("s").isString(), sample.toString());
    }

    @Test
    void referencesAndUnionsAreFollowed() {
        JsonNode sample =
                sample("{'type':'object','$defs':{'Point':{'type':'object','properties':{'x':{'type':'integer'}}}},"
                        + "'properties':{'at':{'$ref':'#/$defs/Point'},'maybe':{'anyOf':[{'type':'null'},{'type':'boolean'}]},"
                        + "'both':{'allOf':[{'$ref':'#/$defs/Point'},{'type':'object','properties':{'y':{'type':'string'}}}]},"
                        + "'nullable':{'type':['null','integer']}}}");
        assertTrue(sample.path("at").path("x").isIntegralNumber(), sample.toString());
        assertTrue(sample.path("maybe").isBoolean(), sample.toString());
        assertTrue(sample.path("both").has("x") && sample.path("both").has("y"), sample.toString());
        assertTrue(sample.path("nullable").isIntegralNumber(), sample.toString());
    }

    @Test
    void aSchemaThatRefersToItselfComesToAnEnd() {
        String node = "{'type':'object','properties':{'next':{'$ref':'#'},'value':{'type':'integer'}}REQUIRED}";
        assertTrue(sample(node.replace("REQUIRED", "")).toString().length() < 2_000);
        assertTrue(sample(node.replace("REQUIRED", ",'required':['next']"))
                        .toString()
                        .length()
                < 2_000);
    }

    @Test
    void everySampleOfARandomSchemaKeepsItsSchema() {
        long seed = System.nanoTime();
        System.out.println("SchemaSampleTest seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            ObjectNode schema = Json.object().put("type", "object");
            ObjectNode properties = schema.putObject("properties");
            for (int p = 0; p < 4; p++) {
                properties.set("p" + p, schema(random, 3));
            }
            JsonNode sample = SchemaSample.object(schema, random.nextLong());
            assertTrue(keeps(schema, sample), () -> "seed " + seed + ": " + sample + " breaks " + schema);
        }
    }

    private static ObjectNode schema(SplittableRandom random, int depth) {
        ObjectNode schema = Json.object();
        switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> {
                long least = random.nextLong(-50, 50);
                schema.put("type", "integer").put("minimum", least).put("maximum", least + random.nextLong(1, 400));
            }
            case 1 -> {
                long most = random.nextLong(-500, 500);
                schema.put("type", "number").put("exclusiveMaximum", most);
            }
            case 2 -> {
                int least = random.nextInt(30);
                schema.put("type", "string").put("minLength", least).put("maxLength", least + random.nextInt(5));
            }
            case 3 -> schema.put("type", "boolean");
            case 4 -> {
                int least = random.nextInt(3);
                schema.put("type", "array").put("minItems", least).put("maxItems", least + random.nextInt(3));
                schema.set("items", schema(random, depth - 1));
            }
            default -> {
                schema.put("type", "object");
                schema.putObject("properties").set("inner", schema(random, depth - 1));
                schema.putArray("required").add("inner");
            }
        }
        return schema;
    }

    private static boolean keeps(JsonNode schema, JsonNode value) {
        return switch (schema.path("type").stringValue("").toLowerCase(Locale.ROOT)) {
            case "integer" ->
                value.isIntegralNumber()
                        && value.longValue() >= schema.path("minimum").longValue()
                        && value.longValue() <= schema.path("maximum").longValue();
            case "number" ->
                value.isNumber()
                        && value.doubleValue() < schema.path("exclusiveMaximum").doubleValue();
            case "string" ->
                value.isString()
                        && value.stringValue().length()
                                >= schema.path("minLength").intValue()
                        && value.stringValue().length()
                                <= schema.path("maxLength").intValue();
            case "boolean" -> value.isBoolean();
            case "array" ->
                value.isArray()
                        && value.size() >= schema.path("minItems").intValue()
                        && value.size() <= schema.path("maxItems").intValue()
                        && value.valueStream().allMatch(item -> keeps(schema.path("items"), item));
            default ->
                value.isObject()
                        && schema.path("properties").properties().stream()
                                .allMatch(property -> keeps(property.getValue(), value.path(property.getKey())));
        };
    }
}
