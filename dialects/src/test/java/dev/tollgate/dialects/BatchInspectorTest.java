package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BatchInspectorTest {
    private static byte[] bytes(String singleQuoted) {
        return singleQuoted.replace('\'', '"').getBytes(UTF_8);
    }

    private static BatchInspector.Result inspect(String body) {
        return BatchInspector.inspect(bytes(body));
    }

    @Test
    void eachRequestsModelCanBeReplacedInPlace() {
        byte[] body = bytes("""
                { 'requests' : [ {'custom_id':'\u20ac','params':{'x':{'model':'no'},'model':'fast','max_tokens':7}},
                {'params': {'max_tokens':9,'model':'quick'}, 'custom_id':'b', 'more':[{'model':'no'}]} ] , 'other':1 }""");
        List<BatchInspector.Item> items = assertInstanceOf(
                        BatchInspector.Result.Requests.class, BatchInspector.inspect(body))
                .items();
        assertEquals(
                List.of(7L, 9L),
                items.stream().map(item -> item.fields().maxOutputTokens()).toList());
        List<Splice> splices =
                items.stream().map(item -> Splices.model(item.fields(), "real")).toList();
        String expected =
                new String(body, UTF_8).replace("\"fast\"", "\"real\"").replace("\"quick\"", "\"real\"");
        assertEquals(expected, new String(Splices.apply(body, 0, body.length, splices), UTF_8));
        assertEquals("{'max_tokens':9,'model':'quick'}".length(), items.get(1).length());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|The body is not a JSON object.",
                "{}|requests: required, a list of at least one.",
                "{'requests':[]}|requests: required, a list of at least one.",
                "{'Requests':[]}|requests: required, a list of at least one.",
                "{'requests':{}}|requests: a list is expected.",
                "{'requests':[1]}|requests[0]: an object is expected.",
                "{'requests':[{'params':{'model':'m'}}]}|requests[0].custom_id: required, a string.",
                "{'requests':[{'custom_id':7,'params':{'model':'m'}}]}|requests[0].custom_id: required, a string.",
                "{'requests':[{'custom_id':'a'}]}|requests[0].params: required, an object.",
                "{'requests':[{'custom_id':'a','params':[]}]}|requests[0].params: required, an object.",
                "{'requests':[{'custom_id':'a','params':{'model':'m'}},{'custom_id':'\\u0061','params':{'model':'m'}}]}"
                        + "|requests[1].custom_id: another request has the same.",
                "{'requests':[{'custom_id':'a','params':{'model':'m'},'PARAMS':{}}]}|requests[0]: a name appears twice.",
                "{'requests':[],'requests':[]}|body: a name appears twice.",
                "{'requests':[{'custom_id':'a','params':{}}]}"
                        + "|requests[0].params: model: required, a string that names the model.",
            })
    void whatIsWrongIsNamedByItsPlace(String body, String message) {
        assertEquals(
                message,
                assertInstanceOf(BatchInspector.Result.Malformed.class, inspect(body))
                        .message());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{'requests':[",
                "{'requests':[{'custom_id':'a','params':{'model':'m'}",
                "{'requests':[{'custom_id':'a','params':{'model':'m'}}]} x",
                "{'requests':[{'custom_id':'a','params':{'model':'m'}}]}{}"
            })
    void garbageIsRefusedWithoutRepeatingIt(String body) {
        assertInstanceOf(BatchInspector.Result.Malformed.class, inspect(body));
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(100_000);
        assertInstanceOf(
                BatchInspector.Result.Malformed.class,
                inspect("{'requests':[{'custom_id':'a','params':{'model':'m','x':" + deep));
        assertInstanceOf(BatchInspector.Result.Malformed.class, inspect("{'x':" + deep));
    }

    @Test
    void resultsAreBilledWhereTheyAreAnswers() {
        BatchResult.Succeeded answer = assertInstanceOf(
                BatchResult.Succeeded.class,
                BatchResult.read(bytes("{'custom_id':'a','result':{'type':'succeeded','message':{'type':'message',"
                        + "'model':'m-1','content':[],'usage':{'input_tokens':3,'output_tokens':5,"
                        + "'service_tier':'batch'}}}}")));
        assertEquals("m-1", answer.model());
        Usage usage =
                assertInstanceOf(UsageReading.Reported.class, answer.usage()).usage();
        assertEquals(List.of(3L, 5L), List.of(usage.inputTokens(), usage.outputTokens()));
        assertEquals(ServiceTier.BATCH, usage.tier());
        Stream.of("errored", "canceled", "expired")
                .forEach(type -> assertInstanceOf(
                        BatchResult.Unbilled.class,
                        BatchResult.read(bytes("{'custom_id':'a','result':{'type':'" + type + "'}}"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "[]", "{'result':{}}", "{'result':{'type':'new'}}", "{'result':{'type':'succeeded'}}"})
    void otherLinesAreUnreadable(String line) {
        assertInstanceOf(BatchResult.Unreadable.class, BatchResult.read(bytes(line)));
    }

    @Test
    void resultsAreTheGatesToGive() {
        byte[] body = bytes("{'id':'b_1','results_url':'https://elsewhere/x','processing_status':'ended'}");
        assertEquals(
                "{'id':'b_1','results_url':'/here','processing_status':'ended'}",
                new String(ProviderObject.withResultsAt(body, "/here"), UTF_8).replace('"', '\''));
        byte[] none = bytes("{'id':'b_1','results_url':null}");
        assertEquals(none, ProviderObject.withResultsAt(none, "/here"));
        assertEquals(
                new ProviderObject("b_1", true, 0), ProviderObject.read(body).orElseThrow());
        assertTrue(ProviderObject.read(bytes("{'id':'a/b'}")).isEmpty());
    }

    @Test
    void aBatchSaysHowManyResultsItHas() {
        String counts = "'processing':1,'succeeded':2,'errored':3,'canceled':4,'expired':5,'new':6";
        assertEquals(14, results("{" + counts + "}"));
        assertEquals(2, results("{'succeeded':2,'errored':-3,'canceled':'4','expired':null}"));
        assertEquals(Integer.MAX_VALUE, results("{'succeeded':4294967296,'errored':9e300}"));
        assertEquals(0, results("'5'"));
    }

    private static long results(String counts) {
        byte[] body = bytes("{'id':'b_1','processing_status':'ended','request_counts':" + counts + "}");
        return ProviderObject.read(body).orElseThrow().results();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/b", "a%2f", "a b", "a?b", "\u00e9", "a\n"})
    void idsThatAreNoSegmentAreNone(String id) {
        assertFalse(ProviderObject.isId(id));
    }

    @Test
    void pagesHaveTheirDialectsShape() {
        List<byte[]> two = List.of(bytes("{'id':'a'}"), bytes("{'id':'b'}"));
        assertEquals(
                "{'data':[{'id':'a'},{'id':'b'}],'has_more':true,'first_id':'a','last_id':'b'}",
                new String(ProviderObject.page(Dialect.ANTHROPIC, two, true), UTF_8).replace('"', '\''));
        assertEquals(
                "{'object':'list','data':[],'has_more':false,'first_id':null,'last_id':null}",
                new String(ProviderObject.page(Dialect.OPENAI, List.of(), false), UTF_8).replace('"', '\''));
    }
}
