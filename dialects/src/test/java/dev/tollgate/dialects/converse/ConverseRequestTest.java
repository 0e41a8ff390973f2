package dev.tollgate.dialects.converse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.chat.ChatCodec;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.messages.MessagesCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Bedrock is sent, beside what the golden files show. Of the documents, single quotes stand for double ones. */
class ConverseRequestTest {
    private static final String LLAMA = "meta.llama3-3-70b-instruct-v1:0";
    private static final String NOVA = "us.amazon.nova-2-lite-v1:0";
    private static final String HELLO = "'messages':[{'role':'user','content':'q'}]";
    private static final String SAID = "'messages':[{'role':'user','content':[{'text':'q'}]}]";

    private static String messages(String members, Destination to) {
        return Kit.said(MessagesCodec.codec(), "{'model':'m','max_tokens':9000," + members + "}", to);
    }

    private static String chat(String members, Destination to) {
        return Kit.said(ChatCodec.codec(), "{'model':'m'," + members + "}", to);
    }

    @Test
    void theModelStandsInThePathAndNothingIsSaidTwice() {
        assertEquals("{" + SAID + "}", chat(HELLO, Kit.all(LLAMA)));
        assertEquals("{" + SAID + ",'inferenceConfig':{'maxTokens':9000}}", messages(HELLO, Kit.all(LLAMA)));
    }

    @Test
    void thinkingIsSaidInTheWordsOfTheModelsVendor() {
        String thinks = HELLO + ",'thinking':{'type':'enabled','budget_tokens':2000}";
        assertTrue(messages(thinks, Kit.all(Kit.CLAUDE))
                .contains("'additionalModelRequestFields':{'thinking':{'type':'enabled','budget_tokens':2000"));
        String low = HELLO + ",'reasoning_effort':'low'";
        assertTrue(
                chat(low, Kit.all(NOVA))
                        .endsWith(
                                "'additionalModelRequestFields':{'reasoningConfig':{'type':'enabled','maxReasoningEffort':'low'}}}"));
        assertTrue(chat(HELLO + ",'reasoning_effort':'none'", Kit.all(NOVA))
                .endsWith("'additionalModelRequestFields':{'reasoningConfig':{'type':'disabled'}}}"));
        assertTrue(chat(low, Kit.all("openai.gpt-oss-120b-1:0"))
                .endsWith("'additionalModelRequestFields':{'reasoning_effort':'low'}}"));
        assertEquals("{" + SAID + "}\nreasoning_effort", chat(low, Kit.all(LLAMA)));
    }

    @Test
    void aBudgetWithoutALimitBringsTheLimitThatItMustStayBelow() {
        String said = Kit.said(
                MessagesCodec.codec(),
                "{'model':'m'," + HELLO + ",'thinking':{'type':'enabled','budget_tokens':90000}}",
                Kit.without(Kit.CLAUDE, Takes.ADAPTIVE_THINKING));
        assertTrue(said.contains("'inferenceConfig':{'maxTokens':4096}"), said);
        assertTrue(said.contains("'budget_tokens':4095"), said);
    }

    @Test
    void samplingIsWhatTheFamilyTakes() {
        String sampled = HELLO + ",'temperature':0.5,'top_p':0.9,'top_k':7";
        assertEquals(
                "{" + SAID + ",'inferenceConfig':{'maxTokens':9000,'temperature':0.5},"
                        + "'additionalModelRequestFields':{'top_k':7}}\ntop_p",
                messages(sampled, Kit.all(Kit.CLAUDE)));
        assertEquals(
                "{" + SAID + ",'inferenceConfig':{'maxTokens':9000,'temperature':0.5,'topP':0.9},"
                        + "'additionalModelRequestFields':{'inferenceConfig':{'topK':7}}}",
                messages(sampled, Kit.all(NOVA)));
        assertEquals(
                "{" + SAID + ",'inferenceConfig':{'maxTokens':9000,'temperature':0.5,'topP':0.9}}\ntop_k",
                messages(sampled, Kit.all(LLAMA)));
        assertEquals(
                "{" + SAID + ",'inferenceConfig':{'temperature':1}}\ntemperature",
                chat(HELLO + ",'temperature':1.5", Kit.all(LLAMA)));
    }

    @Test
    void noCallIsSaidByLeavingTheToolsOutUnlessThePastHasCalls() {
        String tool = ",'tools':[{'name':'t','input_schema':{'type':'object'}}],'tool_choice':{'type':'none'}";
        assertEquals(
                "{" + SAID + ",'inferenceConfig':{'maxTokens':9000}}\nincidental tool_choice",
                messages(HELLO + tool, Kit.all(LLAMA)));
        String past = "'messages':[{'role':'user','content':'q'},"
                + "{'role':'assistant','content':[{'type':'tool_use','id':'a:1','name':'t','input':{}}]},"
                + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a:1','content':'r','is_error':true}]}]";
        String kept = messages(past + tool, Kit.all(Kit.CLAUDE));
        assertTrue(kept.startsWith("{'toolConfig':{'tools':[{'toolSpec':{'name':'t',"), kept);
        assertFalse(kept.contains("toolChoice"), kept);
        assertTrue(kept.endsWith("\ntool_choice"), kept);
        String undefined = messages(past, Kit.all(LLAMA));
        assertTrue(
                undefined.startsWith("{'toolConfig':{'tools':[{'toolSpec':{'name':'t','inputSchema':{'json':"
                        + "{'type':'object'}}}}]},"),
                undefined);
        assertTrue(undefined.endsWith("\nmessages[1].content[0]"), undefined);
    }

    @Test
    void aToolThatHasFailedIsSaidSoInAWordWhereThereIsOne() {
        String past = "'messages':[{'role':'user','content':'q'},"
                + "{'role':'assistant','content':[{'type':'tool_use','id':'a:1','name':'t','input':{}}]},"
                + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'a:1','content':'r','is_error':true}]}]";
        String claude = messages(past, Kit.all(Kit.CLAUDE));
        assertTrue(claude.contains("'content':[{'text':'r'}],'status':'error'}"), claude);
        String llama = messages(past, Kit.all(LLAMA));
        assertTrue(llama.contains("'content':[{'text':'Error:'},{'text':'r'}]}"), llama);
        String id = claude.replaceAll("(?s).*'toolUse':\\{'toolUseId':'([^']*)'.*", "$1");
        assertTrue(id.matches("[a-zA-Z0-9_-]{1,64}"), id);
        assertTrue(claude.contains("'toolResult':{'toolUseId':'" + id + "'"), claude);
    }

    @Test
    void aCachePointStandsBehindWhatIsCached() {
        String marked = "'system':[{'type':'text','text':'s','cache_control':{'type':'ephemeral','ttl':'1h'}}],"
                + "'tools':[{'name':'t','input_schema':{'type':'object'},'cache_control':{'type':'ephemeral'}}],"
                + "'messages':[{'role':'user','content':[{'type':'text','text':'q','cache_control':{'type':'ephemeral'}}]}]";
        String claude = messages(marked, Kit.all(Kit.CLAUDE));
        assertTrue(claude.contains("}}},{'cachePoint':{'type':'default'}}]}"), claude);
        assertTrue(claude.contains("'system':[{'text':'s'},{'cachePoint':{'type':'default','ttl':'1h'}}]"), claude);
        assertTrue(claude.contains("[{'text':'q'},{'cachePoint':{'type':'default'}}]"), claude);
        assertFalse(claude.contains("\n"), claude);
        String none = messages(marked, Kit.without(Kit.CLAUDE, Takes.CACHE_BREAKPOINTS));
        assertFalse(none.contains("cachePoint"), none);
        assertTrue(none.contains("\nincidental system[0].cache_control"), none);
    }

    @Test
    void documentsHaveNamesOfTheirOwnThatBedrockTakes() {
        String document =
                "{'type':'document','title':'a/b.pdf','source':{'type':'base64','media_type':'application/pdf',"
                        + "'data':'JVBERi0='}}";
        String said = messages(
                "'messages':[{'role':'user','content':[" + document + "," + document + ",{'type':'text','text':'q'}]}]",
                Kit.all(Kit.CLAUDE));
        assertTrue(said.contains("{'document':{'format':'pdf','name':'a-b-pdf','source':{'bytes':'JVBERi0='}}}"), said);
        assertTrue(said.contains("'name':'a-b-pdf (2)'"), said);
        assertTrue(said.endsWith("\nincidental messages[0].content[0].title"), said);
    }

    @Test
    void signedThinkingGoesBackToAClaudeOnly() {
        String thought = "'messages':[{'role':'user','content':'q'},{'role':'assistant','content':["
                + "{'type':'thinking','thinking':'h','signature':'c2ln'},{'type':'text','text':'a'}]},"
                + "{'role':'user','content':'q'}]";
        assertTrue(messages(thought, Kit.all(Kit.CLAUDE))
                .contains("{'reasoningContent':{'reasoningText':{'text':'h','signature':'c2ln'}}},{'text':'a'}"));
        assertTrue(messages(thought.replace("c2ln", "tg1.converse..c2ln"), Kit.all(Kit.CLAUDE))
                .contains("'signature':'c2ln'"));
        String llama = messages(thought, Kit.all(LLAMA));
        assertFalse(llama.contains("reasoningContent"), llama);
        assertTrue(llama.endsWith("\nincidental messages[1].content[0]"), llama);
        String others = messages(thought.replace("c2ln", "tg1.gemini..c2ln"), Kit.all(Kit.CLAUDE));
        assertFalse(others.contains("reasoningContent"), others);
    }

    @Test
    void aSchemaIsATextWhereTheModelKeepsToOne() {
        String format = HELLO + ",'response_format':{'type':'json_schema','json_schema':{'name':'n','strict':true,"
                + "'schema':{'type':'object','properties':{},'required':[]}}}";
        String claude = chat(format, Kit.all(Kit.CLAUDE));
        assertTrue(
                claude.contains("'outputConfig':{'textFormat':{'type':'json_schema','structure':{'jsonSchema':"
                        + "{'schema':'{\\'type\\':\\'object\\',"),
                claude);
        assertTrue(claude.contains("\\'additionalProperties\\':false}','name':'n'}}}}"), claude);
        String llama = chat(format, Kit.without(LLAMA, Takes.STRUCTURED_OUTPUT));
        assertFalse(llama.contains("outputConfig"), llama);
        assertTrue(llama.endsWith("\nresponse_format"), llama);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'n':2 | n: Bedrock gives one answer",
                "'tool_choice':'required' | tool_choice",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://a.example/x.png'}}]}]"
                        + " | fetches nothing",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'s3://bucket/x.png'}}]}]"
                        + " | fetches nothing",
                "'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'data:image/tiff;base64,AAAA'}}]}]"
                        + " | PNG, JPEG",
                "'messages':[{'role':'user','content':' '}] | at least one message",
            })
    void whatCannotBeSaidIsRefused(String members, String why) {
        String said = chat(members.contains("messages") ? members : HELLO + "," + members, Kit.all(LLAMA));
        assertTrue(said.startsWith("refused: ") || said.startsWith("malformed: "), said);
        assertTrue(said.contains(why), said);
    }

    @Test
    void whatBedrockHasNoWordForIsListed() {
        String said = chat(
                HELLO + ",'seed':7,'presence_penalty':0.5,'logprobs':true,'user':'u','service_tier':'priority',"
                        + "'parallel_tool_calls':false,'tools':[{'type':'function','function':{'name':'f'}}]",
                Kit.all(LLAMA));
        for (String lost : new String[] {
            "\nseed",
            "\npresence_penalty",
            "\nlogprobs",
            "\nincidental user",
            "\nincidental service_tier",
            "\nparallel_tool_calls"
        }) {
            assertTrue(said.contains(lost), said);
        }
    }
}
