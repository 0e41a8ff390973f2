package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignSignaturesTest {
    private static final Destination PLAIN = new Destination("m", 4096, Set.of());
    private static final String OPENAIS = new Signature(Protocol.RESPONSES, "rs_1", "gAAA-_=").envelope();
    private static final String GEMINIS = new Signature(Protocol.GENERATE_CONTENT, "next", "CiQB").envelope();
    private static final String ANTHROPICS = new Signature(Protocol.MESSAGES, null, "Eq8B").envelope();

    /** Single quotes stand for double ones. */
    private static String stripped(Operation operation, String body, Destination to) {
        byte[] bytes = ("  " + body.replace('\'', '"') + "  ").getBytes(UTF_8);
        List<Splice> splices = ForeignSignatures.in(operation, bytes, 2, bytes.length - 4)
                .orElseThrow()
                .splices(to);
        byte[] edited = Splices.apply(bytes, 2, bytes.length - 4, splices);
        assertInstanceOf(ParsedJson.Whole.class, Json.parse(edited, 0, edited.length), new String(edited, UTF_8));
        return new String(edited, UTF_8).replace('"', '\'');
    }

    private static String stripped(Operation operation, String body) {
        return stripped(operation, body, PLAIN);
    }

    private static String base64(String envelope) {
        return Base64.getEncoder().encodeToString(envelope.getBytes(UTF_8));
    }

    @Test
    void anotherProvidersThinkingIsTakenOutOfMessagesAndTheRestKeepsItsBytes() {
        assertEquals(
                "{'model' : 'm', 'messages':[ {'role':'user','content':'hi'}, {'role':'assistant','content':[ "
                        + " {'type':'text', 'text':'a' },  {'type':'thinking','thinking':'t','signature':'Eq8B'}]}]}",
                stripped(
                        Operation.MESSAGES,
                        "{'model' : 'm', 'messages':[ {'role':'user','content':'hi'}, {'role':'assistant','content':[ "
                                + "{'type':'thinking','thinking':'','signature':'" + GEMINIS + "'},"
                                + " {'type':'text', 'text':'a' }, {'type':'redacted_thinking','data':'" + OPENAIS
                                + "'},  {'type':'thinking','thinking':'t','signature':'" + ANTHROPICS + "'}]}]}"));
    }

    @Test
    void aMessageOfNothingElseGoesWhole() {
        String thinking = "{'type':'thinking','thinking':'t','signature':'" + OPENAIS + "'}";
        String emptied = "{'role':'assistant','content':[" + thinking + " , " + thinking + "]}";
        assertEquals(
                "{'messages':[{'role':'user','content':'a'}]}",
                stripped(Operation.COUNT_TOKENS, "{'messages':[{'role':'user','content':'a'}," + emptied + "]}"));
        assertEquals(
                "{'messages':[{'role':'user','content':'a'}]}",
                stripped(
                        Operation.MESSAGES,
                        "{'messages':[" + emptied + "," + emptied + ",{'role':'user','content':'a'}]}"));
        assertEquals("{'messages':[]}", stripped(Operation.MESSAGES, "{'messages':[" + emptied + "]}"));
    }

    @Test
    void aBudgetForThinkingIsNotKeptInARoundOfToolsThatHasLostItsThinking() {
        String head =
                "{'thinking':{'type':'enabled','budget_tokens':2048},'context_management':{'edits':[]},'messages':[";
        String call = "{'type':'tool_use','id':'c','name':'t','input':{}}";
        String thinking = "{'type':'thinking','thinking':'t','signature':'" + OPENAIS + "'}";
        String result = "{'role':'user','content':[{'type':'tool_result','tool_use_id':'c'}]}";
        assertEquals(
                "{'thinking':{'type':'disabled'},'messages':[{'role':'assistant','content':[" + call + "]}," + result
                        + "]}",
                stripped(
                        Operation.MESSAGES,
                        head + "{'role':'assistant','content':[" + thinking + "," + call + "]}," + result + "]}"));
        String ended = "{'role':'assistant','content':[" + call + "]}," + result
                + ",{'role':'assistant','content':'done'},{'role':'user','content':'and?'}]}";
        assertEquals(
                head + ended,
                stripped(Operation.MESSAGES, head + ended.replace("[" + call, "[" + thinking + "," + call)),
                "a round that is over keeps the setting");
        String adaptive = head.replace("'enabled','budget_tokens':2048", "'adaptive'");
        assertTrue(stripped(
                        Operation.MESSAGES,
                        adaptive + "{'role':'assistant','content':[" + thinking + "," + call + "]}," + result + "]}")
                .startsWith(adaptive));
    }

    @Test
    void anotherProvidersReasoningIsTakenOutOfResponses() {
        assertEquals(
                "{'input':[{'role':'user','content':'a'},"
                        + "{'type':'reasoning','id':'rs_2','summary':[],'encrypted_content':'gAAA-_='}, {'x':1}]}",
                stripped(
                        Operation.RESPONSES,
                        "{'input':[{'role':'user','content':'a'},{'type':'reasoning','summary':[],'encrypted_content':'"
                                + ANTHROPICS + "'},"
                                + "{'type':'reasoning','id':'rs_2','summary':[],'encrypted_content':'" + OPENAIS
                                + "'}, {'x':1}]}"));
    }

    @Test
    void aChatCallsSignatureIsOpenedForGoogleAndTakenOutForAllOthers() {
        String call = "{'messages':[{'role':'assistant','tool_calls':[{'id':'c','extra_content': {'google':"
                + "{'thought_signature':'" + GEMINIS + "'}} ,'type':'function'}]}]}";
        assertEquals(
                "{'messages':[{'role':'assistant','tool_calls':[{'id':'c','extra_content': {'google':"
                        + "{'thought_signature':'CiQB'}} ,'type':'function'}]}]}",
                stripped(Operation.CHAT_COMPLETIONS, call, new Destination("google/gemini-3-pro", 1, Set.of())));
        assertEquals(
                "{'messages':[{'role':'assistant','tool_calls':[{'id':'c' ,'type':'function'}]}]}",
                stripped(Operation.CHAT_COMPLETIONS, call));
        assertEquals(
                "{'messages':[{'role':'assistant','tool_calls':[{'type':'function'}]}]}",
                stripped(
                        Operation.CHAT_COMPLETIONS,
                        "{'messages':[{'role':'assistant','tool_calls':[{'extra_content':{'google':{'thought_signature':'"
                                + ANTHROPICS + "'}},'type':'function'}]}]}"));
    }

    @Test
    void geminiGetsItsOwnSignaturesOnly() {
        String parts = "{'contents':[{'role':'model','parts':[{'thought':true,'text':'t','thoughtSignature':'"
                + base64(OPENAIS) + "'},{'text':'','thoughtSignature':'" + base64(OPENAIS)
                + "'},{'functionCall':{'name':'f'},'thoughtSignature':'" + base64(OPENAIS)
                + "'},{'text':'a','thought_signature':'" + base64(ANTHROPICS) + "'},{'text':'b','thoughtSignature':'"
                + base64(GEMINIS) + "'}]}]}";
        assertEquals(
                "{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'},'thoughtSignature':"
                        + "'skip_thought_signature_validator'},{'text':'a'},{'text':'b','thoughtSignature':'CiQB'}]}]}",
                stripped(Operation.GENERATE_CONTENT, parts, new Destination("m", 1, Set.of(Takes.EFFORT))));
        assertEquals(
                "{'generateContentRequest':{'contents':[{'role':'model','parts':[{'functionCall':{'name':'f'}},"
                        + "{'text':'a'},{'text':'b','thoughtSignature':'CiQB'}]}]}}",
                stripped(Operation.GEMINI_COUNT_TOKENS, "{'generateContentRequest':" + parts + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[{'role':'user','content':'tg1.responses..x'}]}",
                "{'messages':[{'role':'user','content':[{'type':'text','text':'tg1.responses..x'}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'tg1.responses..x','signature':'Eq'}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'','signature':'tg1.nobody..x'}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'thinking','thinking':'','signature':'tg1.'}]}]}",
                "{'messages':[{'role':'assistant','content':[{'type':'tool_use','input':{'signature':'tg1.responses..x'}}]}]}",
                "{'messages':'tg1.responses..x','input':'tg1.messages..x','contents':'dGcxL','tg1.':1}",
                "{'messages':[null,1,'tg1.responses..x',[]],'input':[null,'tg1.messages..x'],'contents':[{'parts':['dGcxL']}]}",
                "{'input':[{'type':'message','encrypted_content':'tg1.messages..x'}]}",
                "{'contents':[{'parts':[{'text':'dGcxLnJlc3BvbnNlcy4uZw=='}]}]}",
                "not json at all 'tg1.messages..x'"
            })
    void whatJustHasTheLettersIsNotTouched(String body) {
        byte[] bytes = body.replace('\'', '"').getBytes(UTF_8);
        for (Operation operation : Operation.values()) {
            assertEquals(List.of(), splices(operation, bytes));
        }
    }

    private static List<Splice> splices(Operation operation, byte[] bytes) {
        return ForeignSignatures.in(operation, bytes, 0, bytes.length)
                .map(found -> found.splices(PLAIN))
                .orElse(List.of());
    }

    @Test
    void aBodyInWhichNoStringBeginsAsAnEnvelopeDoesIsNotParsed() {
        byte[] bytes = "{\"text\":\"about tg1. and dGcxL, and \\\"tg1\\\"\"}".getBytes(UTF_8);
        for (Operation operation : Operation.values()) {
            assertTrue(ForeignSignatures.in(operation, bytes, 0, bytes.length).isEmpty());
        }
    }

    @Test
    void whatWasFoundOnceIsSaidToEachEndpointAsItTakesIt() {
        byte[] call = ("{'messages':[{'role':'assistant','tool_calls':[{'id':'c','extra_content':{'google':"
                        + "{'thought_signature':'" + GEMINIS + "'}}}]}]}")
                .replace('\'', '"')
                .getBytes(UTF_8);
        ForeignSignatures found = ForeignSignatures.in(Operation.CHAT_COMPLETIONS, call, 0, call.length)
                .orElseThrow();
        for (int times = 0; times < 2; times++) {
            byte[] googles =
                    Splices.apply(call, 0, call.length, found.splices(new Destination("gemini-3-pro", 1, Set.of())));
            assertTrue(new String(googles, UTF_8).contains("\"thought_signature\":\"CiQB\""));
            byte[] others = Splices.apply(call, 0, call.length, found.splices(PLAIN));
            assertFalse(new String(others, UTF_8).contains("extra_content"));
        }
    }

    /** Any mixture of blocks: what stays has its bytes, in order, and what comes of it is JSON without envelopes. */
    @Test
    void whicheverBlocksAreForeignTheOthersStay() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            StringBuilder body = new StringBuilder("{'contents':[],'messages':[{'role':'user','content':'q'}");
            StringBuilder expected = new StringBuilder(body);
            for (int m = random.nextInt(4); m >= 0; m--) {
                StringBuilder all = new StringBuilder();
                StringBuilder kept = new StringBuilder();
                int blocks = 1 + random.nextInt(4);
                for (int b = 0; b < blocks; b++) {
                    boolean foreign = random.nextBoolean();
                    String block = foreign
                            ? "{'type':'thinking','signature':'" + OPENAIS + "'}"
                            : "{'type':'text','text':'" + random.nextInt(9) + "'}";
                    all.append(all.isEmpty() ? "" : ",").append(block);
                    if (!foreign) {
                        kept.append(kept.isEmpty() ? "" : ",").append(block);
                    }
                }
                body.append(",{'role':'assistant','content':[").append(all).append("]}");
                if (!kept.isEmpty()) {
                    expected.append(",{'role':'assistant','content':[")
                            .append(kept)
                            .append("]}");
                }
            }
            byte[] bytes = body.append("]}").toString().replace('\'', '"').getBytes(UTF_8);
            byte[] edited = Splices.apply(bytes, 0, bytes.length, splices(Operation.MESSAGES, bytes));
            assertEquals(
                    expected.append("]}").toString().replace('\'', '"'), new String(edited, UTF_8), "seed " + seed);
        }
    }
}
