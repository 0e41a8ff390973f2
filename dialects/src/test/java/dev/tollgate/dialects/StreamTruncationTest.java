package dev.tollgate.dialects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that are ended before their provider ends them. */
class StreamTruncationTest {
    private static final Usage USED = new Usage(10, 0, 0, 0, 700, 0, 0);

    private static StreamTruncation of(Operation operation, String request) {
        byte[] body = request.replace('\'', '"').getBytes(UTF_8);
        return new StreamTruncation(
                operation,
                assertInstanceOf(Inspection.Readable.class, RequestInspector.inspect(operation, body, 0, body.length))
                        .fields());
    }

    /** The end after each of the events has passed by itself; the last is the one that is asked about. */
    private static Optional<String> end(Operation operation, String request, String... events) {
        StreamTruncation truncation = of(operation, request);
        Optional<byte[]> end = Optional.empty();
        for (String event : events) {
            byte[] bytes = (event.replace('\'', '"') + "\n\n").getBytes(UTF_8);
            truncation.passed(bytes, 0, bytes.length);
            end = truncation.after(bytes, 0, bytes.length, USED);
        }
        return end.map(bytes -> new String(bytes, UTF_8));
    }

    @Test
    void anthropicsOpenBlockIsClosed() {
        String end = end(
                        Operation.MESSAGES,
                        "{'model':'m'}",
                        "event: content_block_delta\ndata: {'type':'content_block_delta','index':3,"
                                + "'delta':{'type':'text_delta','text':'x'}}")
                .orElseThrow();
        assertEquals("""
                event: content_block_stop
                data: {"type":"content_block_stop","index":3}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},\
                "usage":{"output_tokens":700}}

                event: message_stop
                data: {"type":"message_stop"}

                """, end);
    }

    @Test
    void betweenAnthropicsBlocksNoneIsClosed() {
        String end = end(Operation.MESSAGES, "{'model':'m'}", "data: {'type':'content_block_stop','index':3}")
                .orElseThrow();
        assertFalse(end.contains("content_block_stop"), end);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | : comment",
                "MESSAGES | data: {'type':'ping'}",
                "MESSAGES | data: {'type':'message_delta','delta':{'stop_reason':'end_turn'}}",
                "MESSAGES | data: no JSON",
                "MESSAGES | data: ['type']",
                "CHAT_COMPLETIONS | data: {'choices':[{'index':0,'delta':{},'finish_reason':'stop'}]}",
                "CHAT_COMPLETIONS | data: {'choices':[],'usage':{'prompt_tokens':1}}",
                "CHAT_COMPLETIONS | data: {'error':{}}",
                "RESPONSES | data: {'type':'response.output_text.delta','delta':'x'}",
                "STREAM_GENERATE_CONTENT | data: {'usageMetadata':{}}",
            })
    void whatDoesNotTellHowToEndOrEndsByItselfIsLeftAlone(Operation operation, String event) {
        assertEquals(Optional.empty(), end(operation, "{'model':'m'}", event));
    }

    @Test
    void chatsChoicesEndByTheirLengthAndUsageIsToldWhereItWasAskedFor() {
        String request = "{'model':'m','stream':true,'n':2,'stream_options':{'include_usage':true}}";
        String event = "data: {'id':'c1','object':'chat.completion.chunk','created':7,'model':'gpt',"
                + "'choices':[{'index':0,'delta':{'content':'x'},'finish_reason':null}]}";
        String end = end(Operation.CHAT_COMPLETIONS, request, event).orElseThrow();
        assertEquals("""
                data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"gpt",\
                "choices":[{"index":0,"delta":{},"finish_reason":"length"}]}

                data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"gpt",\
                "choices":[{"index":1,"delta":{},"finish_reason":"length"}]}

                data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"gpt","choices":[],\
                "usage":{"prompt_tokens":10,"completion_tokens":700,"total_tokens":710}}

                data: [DONE]

                """, end);
        String unasked = end(Operation.CHAT_COMPLETIONS, "{'model':'m','stream':true}", event)
                .orElseThrow();
        assertFalse(unasked.contains("usage"), unasked);
    }

    @Test
    void aResponseIsIncompleteAndStaysTheResponseThatItWas() {
        String end = end(
                        Operation.RESPONSES,
                        "{'model':'m','stream':true}",
                        "event: response.created\ndata: {'type':'response.created','sequence_number':0,'response':"
                                + "{'id':'resp_1','object':'response','status':'in_progress','incomplete_details':null,"
                                + "'model':'gpt','output':[],'usage':null}}",
                        "data: {'type':'response.output_text.delta','sequence_number':41,'delta':'x'}")
                .orElseThrow();
        assertTrue(
                end.startsWith("event: response.incomplete\ndata: {\"type\":\"response.incomplete\","
                        + "\"sequence_number\":42,\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"model\":\"gpt\","
                        + "\"status\":\"incomplete\",\"incomplete_details\":{\"reason\":\"max_output_tokens\"},"),
                end);
        assertTrue(end.contains("\"output_tokens\":700"), end);
    }

    @Test
    void eachOfGeminisCandidatesHasReachedItsLongest() {
        String end = end(
                        Operation.STREAM_GENERATE_CONTENT,
                        "{'contents':[],'generationConfig':{'candidateCount':2}}",
                        "data: {'candidates':[{'content':{'parts':[{'text':'x'}]},'index':0}],'responseId':'r'}")
                .orElseThrow();
        assertEquals(2, end.split("MAX_TOKENS", -1).length - 1, end);
        assertTrue(end.contains("\"candidatesTokenCount\":700") && end.contains("\"responseId\":\"r\""), end);
    }

    /** The reader that meters streams takes each of the ends for one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "MESSAGES | data: {'type':'message_start','message':{'usage':{'input_tokens':1,'output_tokens':1}}}",
                "CHAT_COMPLETIONS | data: {'choices':[{'index':0,'delta':{'content':'x'}}]}",
                "RESPONSES | data: {'type':'response.created','response':{'id':'r'}}",
                "STREAM_GENERATE_CONTENT | data: {'candidates':[{'content':{'parts':[{'text':'x'}]},'index':0}]}",
            })
    void anEndIsOne(Operation operation, String event) {
        String end = end(operation, "{'model':'m','stream':true}", event).orElseThrow();
        StreamReader reader = new Recorder().read(operation, false, event.replace('\'', '"') + "\n\n" + end);
        assertTrue(reader.complete());
        assertFalse(reader.failed());
    }

    @Test
    void whatIsSurelyUsedIsWhatWasReportedOrWhatTheTextHasAtLeast() {
        String text = "x".repeat(80_000);
        StreamReader reader = new Recorder()
                .read(
                        Operation.MESSAGES,
                        false,
                        "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n"
                                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"" + text
                                + "\"}}\n\n");
        assertEquals(9, reader.usedAtLeast().inputTokens());
        long output = reader.usedAtLeast().outputTokens();
        assertTrue(output > 9_000 && output <= 10_000, "an eighth of the bytes: " + output);
        assertEquals(
                1,
                new Recorder()
                        .read(
                                Operation.MESSAGES,
                                false,
                                "data: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":1}}\n\n")
                        .usedAtLeast()
                        .outputTokens());
    }
}
