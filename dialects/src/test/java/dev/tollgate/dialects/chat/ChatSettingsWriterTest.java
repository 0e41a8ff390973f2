package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.OPENAI;
import static dev.tollgate.dialects.chat.ChatKit.PLAIN;
import static dev.tollgate.dialects.chat.ChatKit.object;
import static dev.tollgate.dialects.chat.ChatKit.request;
import static dev.tollgate.dialects.chat.ChatKit.text;
import static dev.tollgate.dialects.chat.ChatKit.user;
import static dev.tollgate.dialects.chat.ChatKit.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatSettingsWriterTest extends ChatWriterCase {
    private static Request settings(
            Request.Sampling sampling, Request.Output output, Thinking thinking, Request.Context context) {
        return new Request(
                null,
                List.of(),
                List.of(),
                Request.Tools.NONE,
                sampling,
                output,
                thinking,
                context,
                new CacheHint(Path.ROOT.member("cache_control"), CacheHint.Ttl.UNSAID),
                false,
                true,
                List.of());
    }

    @Test
    void samplingGoesToModelsThatTakeIt() {
        Request request = settings(
                new Request.Sampling(
                        said("temperature", ChatKit.number("0.70")),
                        null,
                        said("top_k", ChatKit.number("5")),
                        null,
                        null,
                        said("seed", ChatKit.number("7"))),
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID);
        writes("\"temperature\":0.70,\"seed\":7", request, PLAIN);
        lost("top_k", "cache_control");
        Losses refusedByModel = new Losses();
        written(request, new Destination("m", 1, Set.of()), refusedByModel);
        assertEquals(List.of("temperature", "top_k", "cache_control"), refusedByModel.requestFields());
    }

    @Test
    void outputSettingsAreWrittenOrLost() {
        OutputFormat schema = new OutputFormat.JsonSchema(null, null, object("{\"type\":\"object\"}"), false, null);
        Request request = settings(
                Request.Sampling.UNSAID,
                new Request.Output(
                        said("max_tokens", 5L),
                        said("stop_sequences", List.of("a", "b", "c", "d", "e")),
                        said("candidateCount", 2),
                        said("format", schema),
                        said("verbosity", "low"),
                        said("logprobs", 25),
                        null),
                Thinking.UNSAID,
                Request.Context.UNSAID);
        writes(
                "\"max_completion_tokens\":5,\"stop\":[\"a\",\"b\",\"c\",\"d\"],\"n\":2,\"response_format\":{\"type\":\"json_schema\","
                        + "\"json_schema\":{\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}},\"verbosity\":\"low\","
                        + "\"logprobs\":true,\"top_logprobs\":20",
                request,
                OPENAI);
        lost("stop_sequences", "logprobs");
        writes("\"max_tokens\":5", request, PLAIN);
        lost("stop_sequences", "logprobs", "format", "verbosity", "cache_control");
    }

    @Test
    void thinkingBecomesTheNearestEffort() {
        assertEquals("none", effort(new Thinking.Mode.Off(), null, OPENAI));
        assertEquals("low", effort(new Thinking.Mode.Budget(1024), null, OPENAI));
        assertEquals("medium", effort(new Thinking.Mode.Budget(8192), null, OPENAI));
        assertEquals("high", effort(new Thinking.Mode.Budget(32000), null, OPENAI));
        assertEquals("max", effort(new Thinking.Mode.Adaptive(), Thinking.Effort.MAX, OPENAI));
        Destination coarse = new Destination("m", 1, Set.of(Destination.Takes.EFFORT));
        assertEquals("high", effort(null, Thinking.Effort.MAX, coarse));
        assertEquals("low", effort(new Thinking.Mode.Off(), null, coarse));
        assertEquals("", effort(null, Thinking.Effort.LOW, PLAIN));
        assertEquals(List.of("display", "thinking", "effort", "cache_control"), losses.requestFields());
    }

    private String effort(Thinking.@Nullable Mode mode, Thinking.@Nullable Effort effort, Destination destination) {
        Thinking thinking = new Thinking(
                mode == null ? null : said("thinking", mode),
                effort == null ? null : said("effort", effort),
                said("display", Thinking.Display.AUTO),
                true);
        String document = written(
                settings(Request.Sampling.UNSAID, Request.Output.UNSAID, thinking, Request.Context.UNSAID),
                destination,
                losses);
        return document.contains("reasoning_effort")
                ? document.replaceAll(".*\"reasoning_effort\":\"([a-z]*)\".*", "$1")
                : "";
    }

    @Test
    void whatOnlyOpenAiTakesIsLostElsewhere() {
        Request.Context context = new Request.Context(
                said("metadata.user_id", "u".repeat(65)),
                said("labels", object("{\"a\":\"b\"}")),
                said("service_tier", "standard_only"),
                said("store", true),
                null,
                said("prompt_cache_key", "k"),
                null,
                said("safetySettings", Json.Obj.EMPTY));
        Request request = settings(Request.Sampling.UNSAID, Request.Output.UNSAID, Thinking.UNSAID, context);
        String document = written(request, OPENAI, losses);
        String user = document.replaceAll(".*\"safety_identifier\":\"([0-9a-f]{64})\".*", "$1");
        assertEquals(64, user.length(), document);
        assertTrue(
                document.contains("\"service_tier\":\"default\",\"store\":true,\"metadata\":{\"a\":\"b\"}"), document);
        lost("safetySettings");
        writes("\"user\":\"", request, PLAIN);
        lost("safetySettings", "service_tier", "store", "labels", "prompt_cache_key", "cache_control");
    }

    @Test
    void aConversationThatLiesElsewhereIsRefused() {
        refuses("previous_response_id", context(said("previous_response_id", "resp_1"), null), OPENAI);
        refuses("cachedContent", context(null, said("cachedContent", "c")), OPENAI);
        refuses(
                "modalities",
                settings(
                        Request.Sampling.UNSAID,
                        new Request.Output(null, null, null, null, null, null, said("modalities", Json.Obj.EMPTY)),
                        Thinking.UNSAID,
                        Request.Context.UNSAID),
                OPENAI);
    }

    private static Request context(@Nullable Said<String> previous, @Nullable Said<String> cached) {
        return settings(
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                new Request.Context(null, null, null, null, previous, null, cached, null));
    }

    @Test
    void aStreamAsksForItsUsageWhereThatIsTaken() {
        writes("\"stream\":true,\"stream_options\":{\"include_usage\":true}", user(text("a")), OPENAI);
        assertFalse(written(user(text("a")), PLAIN, losses).contains("stream_options"));
    }
}
