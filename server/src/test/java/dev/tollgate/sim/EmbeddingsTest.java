package dev.tollgate.sim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingsTest {

    @SuppressWarnings("NullAway.Init")
    private Sim sim;

    @BeforeAll
    void start() {
        sim = new Sim();
    }

    @AfterAll
    void stop() {
        sim.close();
    }

    private JsonNode openAi(String input, String extra, String... headers) throws Exception {
        return sim.post("/v1/embeddings", Sim.quotes("{'model':'echo','input':" + input + extra + "}"), headers)
                .json();
    }

    private static float[] floats(JsonNode array) {
        float[] vector = new float[array.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) array.get(i).asDouble();
        }
        return vector;
    }

    @Test
    void base64HoldsTheSameFloatsLittleEndian() throws Exception {
        JsonNode plain = openAi("'hello'", "").path("data").path(0).path("embedding");
        String base64 = openAi("'hello'", ",'encoding_format':'base64'")
                .path("data")
                .path(0)
                .path("embedding")
                .stringValue("");
        float[] decoded = new float[1_536];
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(decoded);
        assertArrayEquals(floats(plain), decoded);
    }

    @Test
    void aVectorHasTheAskedDimensionsAndLengthOne() throws Exception {
        float[] vector = floats(
                openAi("'hello'", ",'dimensions':64").path("data").path(0).path("embedding"));
        double squares = 0;
        for (float value : vector) {
            squares += value * (double) value;
        }
        assertEquals(64, vector.length);
        assertEquals(1.0, squares, 1e-5);
    }

    @Test
    void aListGetsAVectorForEachInOrder() throws Exception {
        JsonNode list = openAi("['a','b']", ",'dimensions':8").path("data");
        JsonNode alone = openAi("'b'", ",'dimensions':8").path("data");
        assertEquals(2, list.size());
        assertEquals(1, list.path(1).path("index").asInt(0));
        assertEquals(alone.path(0).path("embedding"), list.path(1).path("embedding"));
        assertFalse(list.path(0).path("embedding").equals(list.path(1).path("embedding")));
    }

    @Test
    void tokensAreOneInputAndListsOfTokensSeveral() throws Exception {
        assertEquals(1, openAi("[1,2,3]", ",'dimensions':4").path("data").size());
        assertEquals(2, openAi("[[1,2],[3]]", ",'dimensions':4").path("data").size());
    }

    @Test
    void usageIsReportedForcedOrMissing() throws Exception {
        assertTrue(openAi("'hello'", "").path("usage").path("prompt_tokens").asLong(0) > 0);
        JsonNode forced = openAi("'hello'", "", "x-sim-input-tokens", "99").path("usage");
        assertEquals(99, forced.path("prompt_tokens").asLong(0));
        assertEquals(99, forced.path("total_tokens").asLong(0));
        assertFalse(openAi("'hello'", "", "x-sim-fault", "no-usage").has("usage"));
        JsonNode negative =
                openAi("'hello'", "", "x-sim-fault", "negative-usage").path("usage");
        assertTrue(negative.path("prompt_tokens").asLong(0) < 0);
    }

    @Test
    void geminiEmbedsOneAndMany() throws Exception {
        String content = "'content':{'parts':[{'text':'hello'}]},'outputDimensionality':6";
        JsonNode one = sim.post("/v1beta/models/echo:embedContent", Sim.quotes("{" + content + "}"))
                .json();
        JsonNode many = sim.post(
                        "/v1/models/echo:batchEmbedContents",
                        Sim.quotes("{'requests':[{'model':'models/echo'," + content + "},{" + content + "}]}"))
                .json();
        assertEquals(6, one.path("embedding").path("values").size());
        assertEquals(2, many.path("embeddings").size());
        assertEquals(
                one.path("embedding").path("values"),
                many.path("embeddings").path(0).path("values"));
        assertEquals(
                2 * one.path("usageMetadata").path("promptTokenCount").asLong(0),
                many.path("usageMetadata").path("promptTokenCount").asLong(-1));
    }

    @Test
    void nothingToEmbedIsRefused() throws Exception {
        assertEquals(400, sim.post("/v1/embeddings", "{\"model\":\"echo\"}").status());
        assertEquals(
                400,
                sim.post("/v1/embeddings", "{\"model\":\"echo\",\"input\":[]}").status());
        assertEquals(400, sim.post("/v1beta/models/echo:embedContent", "{}").status());
        assertEquals(
                400, sim.post("/v1beta/models/echo:batchEmbedContents", "{}").status());
    }
}
