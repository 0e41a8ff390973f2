package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.gemini.GeminiCodec;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
    private static final List<Codec> CODECS =
            List.of(MessagesCodec.codec(), ChatCodec.codec(), ResponsesCodec.codec(), GeminiCodec.codec());
    private static final Destination NEWEST = new Destination("m", 64_000, EnumSet.allOf(Takes.class));

    private static final String CLAUDE_CODE = """
            {'model':'m','max_tokens':32000,'stream':true,'temperature':1,
             'system':[{'type':'text','text':'You are.','cache_control':{'type':'ephemeral','ttl':'1h','scope':'global'}}],
             'thinking':{'type':'enabled','budget_tokens':31999,'display':'summarized'},'output_config':{'effort':'max'},
             'context_management':{'edits':[{'type':'clear_thinking_20251015','keep':'all'}]},'speed':'fast',
             'metadata':{'user_id':'user_1'},'service_tier':'auto',
             'tools':[{'name':'Bash','description':'Runs.','eager_input_streaming':true,'defer_loading':false,
               'cache_control':{'type':'ephemeral'},'input_schema':{'type':'object','properties':{'c':{'type':'string'}}}}],
             'messages':[{'role':'user','content':[{'type':'text','text':'Go','cache_control':{'type':'ephemeral'}}]},
              {'role':'assistant','content':[{'type':'thinking','thinking':'Hm','signature':'Eq8B'},
               {'type':'tool_use','id':'c1','name':'Bash','input':{'c':'ls'},'caller':{'type':'direct'}}]},
              {'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':'a','is_error':false,
               'cache_control':{'type':'ephemeral'}}]}]}""";

    private static final String CODEX = """
            {'model':'m','instructions':'You are.','stream':true,'store':false,'prompt_cache_key':'k','tool_choice':'auto',
             'parallel_tool_calls':true,'include':['reasoning.encrypted_content'],'reasoning':{'effort':'xhigh','summary':'auto'},
             'client_metadata':{'session_id':'s','turn_id':'t'},'service_tier':'priority',
             'tools':[{'type':'function','name':'shell','description':'Runs.','strict':false,
               'parameters':{'type':'object','properties':{'c':{'type':'string'}}}},
              {'type':'namespace','name':'mcp','description':'Files.','tools':[{'type':'function','name':'read','strict':false,
               'description':'Reads.','parameters':{'type':'object','properties':{}}}]}],
             'input':[{'type':'message','role':'developer','content':[{'type':'input_text','text':'Be brief.'}]},
              {'type':'message','role':'user','content':[{'type':'input_text','text':'Go'}]},
              {'type':'reasoning','id':'rs_1','summary':[],'content':null,'encrypted_content':'gAAA'},
              {'type':'function_call','id':'fc_1','call_id':'c1','name':'shell','arguments':'{}','status':'completed'},
              {'type':'function_call_output','call_id':'c1','output':'a'}]}""";

    private static final String GEMINI_CLI = """
            {'systemInstruction':{'role':'user','parts':[{'text':'You are.'}]},
             'generationConfig':{'temperature':1,'topP':0.95,'topK':64,'maxOutputTokens':8192,
              'thinkingConfig':{'includeThoughts':true,'thinkingBudget':8192}},
             'toolConfig':{'functionCallingConfig':{'mode':'AUTO'}},
             'tools':[{'functionDeclarations':[{'name':'ls','description':'Lists.','parameters':{'type':'OBJECT',
               'properties':{'d':{'type':'STRING'}}}}]}],
             'contents':[{'role':'user','parts':[{'text':'Go'}]},
              {'role':'model','parts':[{'functionCall':{'id':'c1','name':'ls','args':{'d':'/'}},'thoughtSignature':'CiQB'}]},
              {'role':'user','parts':[{'functionResponse':{'id':'c1','name':'ls','response':{'output':'a'}}}]}]}""";

    private static final String AN_APP = """
            {'model':'m','max_completion_tokens':100,'stream':true,'stream_options':{'include_usage':true},'user':'u',
             'metadata':{'a':'b'},'store':true,'service_tier':'default','prompt_cache_key':'k','presence_penalty':0,'top_p':1,
             'reasoning_effort':'minimal','parallel_tool_calls':true,'prediction':{'type':'content','content':'x'},
             'messages':[{'role':'system','content':'You are.'},{'role':'user','content':'Go'}]}""";

    private static byte[] bytes(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    private static final class Minting implements Mint {
        @Override
        public String id(String prefix) {
            return prefix + "minted0123456789";
        }

        @Override
        public long epochSecond() {
            return 1;
        }
    }

    private static Outcome<Conversion.Converted> strict(Codec client, Codec provider, String body, Destination to) {
        byte[] bytes = bytes(body);
        return new Conversion(client, provider)
                .request(bytes, 0, bytes.length, new RequestReader.FromPath("m", true), to, true, new Minting());
    }

    private static Exchange exchange(Codec client, Codec provider, String body) {
        if (strict(client, provider, body, NEWEST) instanceof Outcome.Done<Conversion.Converted>(var said)) {
            return said.exchange();
        }
        throw new AssertionError("refused by " + provider.protocol());
    }

    private static String refusal(Outcome<Conversion.Converted> said) {
        if (said instanceof Outcome.NotExpressible<Conversion.Converted> refused) {
            return refused.message();
        }
        throw new AssertionError("not refused: " + said);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whatClientsSendOfThemselvesDoesNotMakeStrictKeysUseless(int client) {
        String body = List.of(CLAUDE_CODE, AN_APP, CODEX, GEMINI_CLI).get(client);
        for (Codec provider : CODECS) {
            if (provider.protocol() != CODECS.get(client).protocol()) {
                Outcome<Conversion.Converted> said = strict(CODECS.get(client), provider, body, NEWEST);
                assertTrue(said instanceof Outcome.Done<Conversion.Converted>, provider.protocol() + ": " + said);
            }
        }
    }

    @Test
    void strictNamesAllThatWouldBeLostAndWhy() {
        String body =
                "{'model':'m','max_tokens':9,'top_k':5,'stop_sequences':['x'],'metadata':{'user_id':'u'},'novelty':1,"
                        + "'messages':[{'role':'user','content':'Go'}]}";
        assertEquals(
                "novelty: unknown field; lost as well: top_k, stop_sequences.",
                refusal(strict(CODECS.get(0), CODECS.get(2), body, NEWEST)));
        String one = "{'model':'m','max_tokens':9,'top_k':5,'messages':[{'role':'user','content':'Go'}]}";
        assertEquals("top_k: Responses has no top_k.", refusal(strict(CODECS.get(0), CODECS.get(2), one, NEWEST)));
    }

    @Test
    void strictRefusesToThinkLessThanAtAll() {
        Destination simple = new Destination("m", 64_000, EnumSet.of(Takes.SAMPLING));
        String message = refusal(strict(CODECS.get(0), CODECS.get(1), CLAUDE_CODE, simple));
        assertTrue(message.startsWith("output_config.effort: "), message);
    }

    @Test
    void anErrorWithinAStreamTellsWhichRequestItIsOf() {
        Codec client = CODECS.get(0);
        Codec provider = CODECS.get(1);
        Exchange exchange = exchange(client, provider, CLAUDE_CODE).of("req_7");
        StreamConversion stream = new Conversion(client, provider).stream(exchange);
        byte[] error = bytes("data: {'error':{'message':'Busy.','type':'server_error','code':null}}\n\n");
        String heard = new String(stream.feed(error, 0, error.length), UTF_8);
        assertTrue(heard.contains("\"request_id\":\"req_7\""), heard);
        assertTrue(stream.failed());
    }

    @Test
    void aStreamThatIsAskedForAsAnArrayIsOne() {
        Codec client = CODECS.get(3);
        Codec provider = CODECS.get(1);
        Exchange exchange = exchange(client, provider, GEMINI_CLI);
        String chunk = "data: {'id':'i','object':'chat.completion.chunk','created':1,'model':'m','choices':[{'index':0,"
                + "'delta':{'content':'%s'},'finish_reason':%s}]}\n\n";
        byte[] events = bytes(chunk.formatted("Hel", "null") + chunk.formatted("lo", "'stop'") + "data: [DONE]\n\n");
        for (int piece : List.of(1, 7, events.length)) {
            StreamConversion stream = new Conversion(client, provider).array(exchange);
            StringBuilder heard = new StringBuilder();
            for (int at = 0; at < events.length; at += piece) {
                heard.append(new String(stream.feed(events, at, Math.min(piece, events.length - at)), UTF_8));
            }
            heard.append(new String(stream.end(), UTF_8));
            byte[] array = heard.toString().getBytes(UTF_8);
            ParsedJson.Whole whole =
                    assertInstanceOf(ParsedJson.Whole.class, Json.parse(array, 0, array.length), heard.toString());
            Json.Arr elements = assertInstanceOf(Json.Arr.class, whole.value());
            assertTrue(elements.items().size() >= 2, heard.toString());
            assertTrue(heard.toString().contains("\"finishReason\":\"STOP\""), heard.toString());
            assertTrue(stream.ended());
        }
        StreamConversion cut = new Conversion(client, provider).array(exchange);
        byte[] half = bytes(chunk.formatted("Hel", "null"));
        String heard = new String(cut.feed(half, 0, half.length), UTF_8) + new String(cut.end(), UTF_8);
        assertTrue(heard.contains("\"error\""), heard);
        assertTrue(cut.failed());
    }
}
