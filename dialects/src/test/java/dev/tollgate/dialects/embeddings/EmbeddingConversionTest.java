package dev.tollgate.dialects.embeddings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.embeddings.EmbeddingConversion.Converted;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddingConversionTest {
    private static final EmbeddingConversion TO_GEMINI = conversion(Dialect.OPENAI, Dialect.GEMINI);
    private static final EmbeddingConversion TO_OPENAI = conversion(Dialect.GEMINI, Dialect.OPENAI);

    private static EmbeddingConversion conversion(Dialect client, Dialect provider) {
        return new EmbeddingConversion(
                client,
                provider,
                (status, body, offset, length) ->
                        new ProviderError(ErrorKind.INVALID_REQUEST, new String(body, offset, length, UTF_8)));
    }

    private static byte[] bytes(String singleQuoted) {
        return singleQuoted.replace('\'', '"').getBytes(UTF_8);
    }

    private static String text(byte[] json) {
        return new String(json, UTF_8).replace('"', '\'');
    }

    private static Outcome<Converted> openAi(String body) {
        return TO_GEMINI.request(Operation.EMBEDDINGS, bytes(body), "alias", "g-1", false);
    }

    private static Outcome<Converted> gemini(Operation endpoint, String body) {
        return TO_OPENAI.request(endpoint, bytes(body), "alias", "o-1", false);
    }

    private static Converted done(Outcome<Converted> outcome) {
        return assertInstanceOf(Outcome.Done.class, outcome).value() instanceof Converted converted
                ? converted
                : fail(outcome);
    }

    private static Converted fail(Outcome<Converted> outcome) {
        throw new AssertionError(outcome);
    }

    private static String answered(EmbeddingConversion conversion, Converted request, String answer) {
        return conversion.answer(bytes(answer), request.exchange()) instanceof Outcome.Done<byte[]>(byte[] body)
                ? text(body)
                : "refused";
    }

    @Test
    void oneTextGoesToEmbedContent() {
        Converted said = done(openAi("{'model':'alias','input':'a \\n b','dimensions':3}"));
        assertEquals(Operation.EMBED_CONTENT, said.endpoint());
        assertEquals(
                "{'model':'models/g-1','content':{'parts':[{'text':'a \\n b'}]},'outputDimensionality':3}",
                text(said.body()));
        assertEquals(List.of(), said.exchange().losses().list());
        assertEquals(
                "{'object':'list','data':[{'object':'embedding','index':0,'embedding':[0.25,-1e-3]}],"
                        + "'model':'alias','usage':{'prompt_tokens':7,'total_tokens':7}}",
                answered(
                        TO_GEMINI,
                        said,
                        "{'embedding':{'values':[0.25,-1e-3]},'usageMetadata':{'promptTokenCount':7}}"));
    }

    @Test
    void severalTextsGoToBatchEmbedContents() {
        Converted said = done(openAi("{'model':'alias','input':['a','b'],'user':'u'}"));
        assertEquals(Operation.BATCH_EMBED_CONTENTS, said.endpoint());
        assertEquals(
                "{'requests':[{'model':'models/g-1','content':{'parts':[{'text':'a'}]}},"
                        + "{'model':'models/g-1','content':{'parts':[{'text':'b'}]}}]}",
                text(said.body()));
        assertEquals(List.of("user"), said.exchange().losses().requestFields());
        assertTrue(answered(TO_GEMINI, said, "{'embeddings':[{'values':[1]},{'values':[2]}]}")
                .contains("{'object':'embedding','index':1,'embedding':[2]}"));
    }

    @Test
    void base64HoldsTheProvidersFloatsLittleEndian() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        float[] floats = new float[300];
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt() & 0xBFFFFFFF); // finite, tiny ones too
            values.append(i == 0 ? "" : ",").append(floats[i]);
        }
        Converted said = done(openAi("{'model':'alias','input':'a','encoding_format':'base64'}"));
        String answer = answered(TO_GEMINI, said, "{'embedding':{'values':[" + values + "]}}");
        int from = answer.indexOf("'embedding':'") + "'embedding':'".length();
        float[] packed = new float[floats.length];
        ByteBuffer.wrap(Base64.getDecoder().decode(answer.substring(from, answer.indexOf('\'', from))))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(packed);
        assertArrayEquals(floats, packed, "seed " + seed);
    }

    @Test
    void usageThatGeminiDoesNotTellIsEstimatedForOpenAisClients() {
        Converted said = done(openAi("{'model':'alias','input':['123456789','1']}"));
        assertTrue(answered(TO_GEMINI, said, "{'embeddings':[{'values':[1]},{'values':[2]}]}")
                .endsWith("'usage':{'prompt_tokens':3,'total_tokens':3}}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1,2,3]", "[[1,2],[3]]", "['a',[1]]"})
    void tokensAreRefusedByTheirField(String input) {
        Outcome<Converted> outcome = openAi("{'model':'alias','input':" + input + "}");
        assertEquals(
                "input: tokens have no counterpart: send the text itself.",
                assertInstanceOf(Outcome.NotExpressible.class, outcome).message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':'m'}|input: required, a string or a list of at least one.",
                "{'model':'m','input':[]}|input: required, a string or a list of at least one.",
                "{'model':'m','input':{}}|input: required, a string or a list of at least one.",
                "{'model':'m','input':['a',{}]}|input[1]: a string is expected.",
                "{'model':'m','input':'a','encoding_format':'int8'}|encoding_format: float or base64 is expected.",
                "{'model':'m','input':'a','dimensions':-1}|dimensions: a whole number of at least 0 is expected.",
                "[]|body: an object is expected."
            },
            quoteCharacter = '`')
    void whatIsNotOpenAisFormIsNamed(String body, String message) {
        assertEquals(
                message, assertInstanceOf(Outcome.Malformed.class, openAi(body)).message());
    }

    @Test
    void geminisTextGoesToOpenAiAndItsPurposeIsLost() {
        Converted said = done(gemini(
                Operation.EMBED_CONTENT,
                "{'content':{'role':'user','parts':[{'text':'a'},{'text':'b'}]},'task_type':'CLUSTERING',"
                        + "'embedContentConfig':{'title':'t','outputDimensionality':2}}"));
        assertEquals(Operation.EMBEDDINGS, said.endpoint());
        assertEquals("{'model':'o-1','input':'a\\nb','dimensions':2,'encoding_format':'float'}", text(said.body()));
        assertEquals(
                List.of("task_type", "embedContentConfig.title", "content.parts"),
                said.exchange().losses().requestFields());
        assertEquals(
                "{'embedding':{'values':[0.5,1]},'usageMetadata':{'promptTokenCount':2}}",
                answered(
                        TO_OPENAI,
                        said,
                        "{'object':'list','model':'o-1','data':[{'object':'embedding','index':0,'embedding':[0.5,1]}],"
                                + "'usage':{'prompt_tokens':2,'total_tokens':2}}"));
    }

    @Test
    void geminisBatchComesBackInItsOwnOrder() {
        Converted said = done(gemini(
                Operation.BATCH_EMBED_CONTENTS,
                "{'requests':[{'model':'models/x','content':{'parts':[{'text':'a'}]}},"
                        + "{'content':{'parts':[{'text':'b'}]}}]}"));
        assertEquals("{'model':'o-1','input':['a','b'],'encoding_format':'float'}", text(said.body()));
        assertEquals(
                "{'embeddings':[{'values':[1]},{'values':[2.5]}]}",
                answered(TO_OPENAI, said, "{'data':[{'index':1,'embedding':'AAAgQA=='},{'index':0,'embedding':[1]}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'requests':[{'content':{'parts':[{'inlineData':{}}]}}]}"
                        + "|requests[0].content.parts[0]: only text can be embedded by this model.",
                "{'requests':[{'content':{'parts':[{'text':'a'}]}},"
                        + "{'content':{'parts':[{'text':'b'}]},'outputDimensionality':4}]}"
                        + "|requests[1].outputDimensionality: this model makes all vectors of a request alike."
            },
            quoteCharacter = '`')
    void whatOpenAiCannotEmbedIsRefusedByItsField(String body, String message) {
        Outcome<Converted> outcome = gemini(Operation.BATCH_EMBED_CONTENTS, body);
        assertEquals(
                message, assertInstanceOf(Outcome.NotExpressible.class, outcome).message());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'requests':[]}", "{'requests':[1]}", "{'requests':[{'content':{'parts':[]}}]}"})
    void batchesOfNothingAreMalformed(String body) {
        assertInstanceOf(Outcome.Malformed.class, gemini(Operation.BATCH_EMBED_CONTENTS, body));
    }

    @Test
    void strictRefusesWhatShapesTheVectorsAndNotBookkeeping() {
        Outcome<Converted> outcome = TO_GEMINI.request(
                Operation.EMBEDDINGS, bytes("{'model':'m','input':'a','user':'u','new':1}"), "m", "g-1", true);
        assertEquals(
                "new: unknown field.",
                assertInstanceOf(Outcome.NotExpressible.class, outcome).message());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json",
                "{}",
                "{'data':[]}",
                "{'data':[{'embedding':[1]},{'embedding':[2]},{'embedding':[3]}]}",
                "{'data':[{'index':0,'embedding':[1]},{'index':0,'embedding':[2]}]}",
                "{'data':[{'index':9,'embedding':[1]},{'index':0,'embedding':[2]}]}",
                "{'data':[{'embedding':[]},{'embedding':[2]}]}",
                "{'data':[{'embedding':['x']},{'embedding':[2]}]}",
                "{'data':[{'embedding':'AAAA'},{'embedding':[2]}]}",
                "{'data':[{'embedding':'AADAfw=='},{'embedding':[2]}]}", // not a number
                "{'data':[{'embedding':'*'},{'embedding':[2]}]}"
            })
    void answersThatAreNotOneVectorForEachInputAreTheProvidersFault(String answer) {
        Converted said = done(gemini(
                Operation.BATCH_EMBED_CONTENTS,
                "{'requests':[{'content':{'parts':[{'text':'a'}]}},{'content':{'parts':[{'text':'b'}]}}]}"));
        assertInstanceOf(Outcome.Malformed.class, TO_OPENAI.answer(bytes(answer), said.exchange()));
    }

    @Test
    void errorsComeInTheClientsShape() {
        assertEquals("too long", TO_OPENAI.readError(400, bytes("too long")).message());
        assertEquals(
                ErrorKind.INVALID_REQUEST,
                TO_GEMINI.readError(400, bytes("too long")).kind());
    }

    @Test
    void anthropicHasNoEmbeddings() {
        assertThrows(IllegalArgumentException.class, () -> conversion(Dialect.OPENAI, Dialect.ANTHROPIC));
    }
}
