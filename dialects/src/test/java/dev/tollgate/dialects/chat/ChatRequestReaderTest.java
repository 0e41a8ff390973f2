package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.bytes;
import static dev.tollgate.dialects.chat.ChatKit.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestReaderTest {
    private static Request messages(String messages) {
        return read("{\"model\":\"m\",\"messages\":[" + messages + "]}");
    }

    private static Request with(String fields) {
        return read("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}");
    }

    private static Part onlyPart(String part) {
        return messages("{\"role\":\"user\",\"content\":[" + part + "]}")
                .turns()
                .getFirst()
                .parts()
                .getFirst();
    }

    @Test
    void leadingSystemAndDeveloperMessagesAreInstructionsAndLaterOnesTurns() {
        Request request = messages("""
                {"role":"system","content":"a"},{"role":"developer","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]},
                {"role":"user","content":"d"},{"role":"system","content":"e"},{"role":"user","content":"f"}""");
        assertEquals(
                List.of("a", "b", "c"),
                request.instructions().stream()
                        .map(ChatRequestReaderTest::string)
                        .toList());
        assertEquals(
                List.of(Turn.Role.USER, Turn.Role.SYSTEM, Turn.Role.USER),
                request.turns().stream().map(Turn::role).toList());
        assertEquals("messages[3]", request.turns().get(1).at().toString());
    }

    private static String string(Part part) {
        return ((Part.Text) part).text().string();
    }

    @Test
    void toolMessagesBecomeResultsOfOneUserTurnBeforeWhatTheUserSays() {
        Request request = messages("""
                {"role":"user","content":"x"},
                {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}},
                 {"id":"c2","type":"custom","custom":{"name":"g","input":"free"}}]},
                {"role":"tool","tool_call_id":"c1","content":"r1"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"r2"}]},
                {"role":"user","content":"y"}""");
        assertEquals(3, request.turns().size());
        List<Part> calls = request.turns().get(1).parts();
        assertEquals(2, calls.size(), "an empty text is no part");
        Part.ToolCall first = (Part.ToolCall) calls.get(0);
        assertEquals(new ToolInput.Encoded(Json.Text.of("{\"a\":1}")), first.input());
        assertEquals(new ToolInput.Free(Json.Text.of("free")), ((Part.ToolCall) calls.get(1)).input());
        List<Part> results = request.turns().get(2).parts();
        assertEquals("c1", ((Part.ToolResult) results.get(0)).callId());
        assertEquals("c2", ((Part.ToolResult) results.get(1)).callId());
        assertEquals("y", string(results.get(2)));
    }

    @Test
    void mediaAreReadWithTheirTypesAndSlices() {
        Part.Media image = (Part.Media) onlyPart(
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBO\",\"detail\":\"low\"}}");
        assertEquals("image/png", image.mediaType());
        assertEquals(new Part.Source.Base64(Json.Text.of("iVBO")), image.source());
        assertEquals("low", image.detail() == null ? null : image.detail().value());
        Part.Media url = (Part.Media) onlyPart("{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://e.com/a\"}}");
        assertEquals(new Part.Source.Url(Json.Text.of("https://e.com/a")), url.source());
        assertNull(url.mediaType());
        Part.Media file =
                (Part.Media) onlyPart("{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"JVBE\"}}");
        assertEquals(Part.Media.Kind.DOCUMENT, file.kind());
        assertEquals("application/pdf", file.mediaType());
        Part.Media byId = (Part.Media) onlyPart("{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}");
        assertEquals(new Part.Source.FileId(Protocol.CHAT_COMPLETIONS, "file-1"), byId.source());
        Part.Media audio = (Part.Media)
                onlyPart("{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklG\",\"format\":\"mp3\"}}");
        assertEquals("audio/mpeg", audio.mediaType());
    }

    @Test
    void aPartOfAnUnknownTypeIsOpaqueAndEssential() {
        Part.Opaque part = (Part.Opaque) onlyPart("{\"type\":\"video_url\",\"video_url\":{\"url\":\"u\"}}");
        assertEquals("video_url", part.type());
        assertEquals(Extra.Weight.ESSENTIAL, part.weight());
    }

    @Test
    void cacheHintsAreReadInBothSpellings() {
        Part.Text own = (Part.Text)
                onlyPart("{\"type\":\"text\",\"text\":\"a\",\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}}");
        assertEquals(
                CacheHint.Ttl.UNSAID, own.cache() == null ? null : own.cache().ttl());
        Part.Text borrowed = (Part.Text) onlyPart(
                "{\"type\":\"text\",\"text\":\"a\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}");
        assertEquals(
                CacheHint.Ttl.ONE_HOUR,
                borrowed.cache() == null ? null : borrowed.cache().ttl());
    }

    @Test
    void aSignatureInGooglesFieldIsOfThisProtocolOrOutOfItsEnvelope() {
        String call =
                "{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"c\",\"type\":"
                        + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"},\"extra_content\":{\"google\":"
                        + "{\"thought_signature\":\"%s\"}}}]}";
        Signature gemini = new Signature(Protocol.GENERATE_CONTENT, null, "QUJD");
        assertEquals(gemini, signature(messages(call.formatted(gemini.envelope()))));
        assertEquals(
                new Signature(Protocol.CHAT_COMPLETIONS, null, "QUJD"), signature(messages(call.formatted("QUJD"))));
    }

    private static Signature signature(Request request) {
        return required(((Part.ToolCall) request.turns().get(1).parts().getFirst()).signature());
    }

    @Test
    void earlierReasoningAndRefusalsAreParts() {
        List<Part> parts = messages("""
                {"role":"user","content":"x"},{"role":"assistant","reasoning_content":"hm","content":"a","refusal":"no"}""").turns().get(1).parts();
        assertInstanceOf(Part.Reasoning.class, parts.get(0));
        assertInstanceOf(Part.Text.class, parts.get(1));
        assertInstanceOf(Part.Refusal.class, parts.get(2));
    }

    @Test
    void toolsOfAllKindsAreRead() {
        List<Tool> tools = with("""
                "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},
                {"type":"custom","custom":{"name":"g","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"x"}}}},
                {"type":"web_search_preview"},{"type":"computer"}],"web_search_options":{}""").tools().list();
        Tool.Function function = (Tool.Function) tools.get(0);
        assertEquals(ChatKit.object("{\"type\":\"object\"}"), function.parameters());
        assertEquals(true, function.strict() != null && function.strict().value());
        assertEquals(true, ((Tool.Custom) tools.get(1)).format() != null);
        assertEquals(Tool.BuiltIn.Ability.WEB_SEARCH, ((Tool.BuiltIn) tools.get(2)).ability());
        assertEquals(Tool.BuiltIn.Ability.OTHER, ((Tool.BuiltIn) tools.get(3)).ability());
        assertEquals("web_search_options", ((Tool.BuiltIn) tools.get(4)).type());
    }

    @Test
    void everyToolChoiceIsRead() {
        assertEquals(new ToolChoice.None(), choice("\"none\""));
        assertEquals(new ToolChoice.Auto(), choice("\"auto\""));
        assertEquals(new ToolChoice.Required(), choice("\"required\""));
        assertEquals(new ToolChoice.Named("f"), choice("{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"));
        assertEquals(new ToolChoice.Named("g"), choice("{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}"));
        assertEquals(
                new ToolChoice.Allowed(List.of("f", "g"), true),
                choice(
                        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":["
                                + "{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"g\"}}]}}"));
    }

    private static Object choice(String choice) {
        var said = with("\"tool_choice\":" + choice).tools().choice();
        return said == null ? "none" : said.value();
    }

    @Test
    void settingsAreReadWithTheirPlaces() {
        Request request = with("""
                "temperature":0.70,"top_k":5,"seed":7,"max_tokens":9,"stop":"END","n":3,"verbosity":"low","logprobs":true,
                "top_logprobs":2,"reasoning_effort":"xhigh","user":"u","metadata":{"a":"b"},"service_tier":"flex","store":true,
                "prompt_cache_key":"k","parallel_tool_calls":false,"response_format":{"type":"json_object"},
                "stream":true,"stream_options":{"include_usage":false}""");
        assertEquals(
                ChatKit.number("0.70"),
                required(request.sampling().temperature()).value());
        assertEquals("top_k", required(request.sampling().topK()).at().toString());
        assertEquals(9L, required(request.output().maxTokens()).value());
        assertEquals(List.of("END"), required(request.output().stopSequences()).value());
        assertEquals(3, required(request.output().choices()).value());
        assertEquals(2, required(request.output().logprobs()).value());
        assertEquals(
                new OutputFormat.JsonObject(),
                required(request.output().format()).value());
        assertEquals(
                Thinking.Effort.XHIGH, required(request.thinking().effort()).value());
        assertEquals("user", required(request.context().user()).at().toString());
        assertEquals(false, required(request.tools().parallel()).value());
        assertEquals(true, request.stream());
        assertEquals(false, request.includeUsage());
        assertEquals(List.of(), request.extras());
    }

    private static <T> T required(@Nullable T value) {
        assertTrue(value != null);
        return value;
    }

    @Test
    void effortNoneMeansNotToThink() {
        assertEquals(
                new Thinking.Mode.Off(),
                required(with("\"reasoning_effort\":\"none\"").thinking().mode())
                        .value());
    }

    @Test
    void onlyOtherOutputThanTextIsAModality() {
        assertNull(with("\"modalities\":[\"text\"]").output().modalities());
        assertEquals(
                "modalities",
                required(with("\"modalities\":[\"text\",\"audio\"]").output().modalities())
                        .at()
                        .toString());
    }

    @Test
    void whatHasNoPlaceIsAnExtraByItsWeight() {
        List<Extra> extras = with("""
                "logit_bias":{"1":2},"functions":[],"max_tokens":1,"max_completion_tokens":2,"user":"a","safety_identifier":"b",
                "foo":null,"bar":[1]""").extras();
        assertEquals(
                List.of("max_tokens", "user", "functions", "logit_bias", "bar"),
                extras.stream().map(extra -> extra.at().toString()).toList());
        assertEquals(
                List.of("functions"),
                extras.stream()
                        .filter(extra -> extra.weight() == Extra.Weight.ESSENTIAL)
                        .map(extra -> extra.at().toString())
                        .toList());
        assertEquals(
                "messages[0].tool_calls[0].function.x",
                messages(
                                "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"function\":{\"name\":\"f\",\"x\":1}}]}")
                        .extras()
                        .getFirst()
                        .at()
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "body             | [1]",
                "body             | {\"model\":",
                "messages         | {\"model\":\"m\"}",
                "messages         | {\"messages\":[]}",
                "messages         | {\"messages\":{}}",
                "messages[0]      | {\"messages\":[1]}",
                "messages[0].role | {\"messages\":[{\"content\":\"a\"}]}",
                "messages[0].role | {\"messages\":[{\"role\":\"bot\",\"content\":\"a\"}]}",
                "messages[0].content | {\"messages\":[{\"role\":\"user\"}]}",
                "messages[0].content | {\"messages\":[{\"role\":\"user\",\"content\":5}]}",
                "messages[0].content | {\"messages\":[{\"role\":\"assistant\"}]}",
                "messages[0].content[0] | {\"messages\":[{\"role\":\"user\",\"content\":[\"a\"]}]}",
                "messages[0].content[0].type | {\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"a\"}]}]}",
                "messages[0].content[0].text | {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}",
                "messages[0].content[0].image_url.url | {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:x,y\"}}]}]}",
                "messages[0].content[0].file | {\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]}",
                "messages[0].tool_call_id | {\"messages\":[{\"role\":\"tool\",\"content\":\"a\"}]}",
                "messages[0].tool_calls[0].id | {\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\"}}]}]}",
                "messages[0].tool_calls[0].type | {\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"x\"}]}]}",
                "tools[0].function.name | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{\"type\":\"function\",\"function\":{}}]}",
                "tool_choice | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tool_choice\":\"any\"}",
                "temperature | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"temperature\":\"hot\"}",
                "n | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":0}",
                "stop[1] | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"stop\":[\"a\",1]}",
                "max_tokens | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"max_tokens\":-1}",
                "response_format.json_schema | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"response_format\":{\"type\":\"json_schema\"}}",
                "reasoning_effort | {\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"reasoning_effort\":\"huge\"}",
            })
    void aMalformedFieldIsNamedWithItsPlace(String at, String body) {
        Outcome<Request> outcome = ChatKit.tryRead(bytes(body));
        String message = assertInstanceOf(Outcome.Malformed.class, outcome).message();
        assertTrue(message.startsWith(at + ": "), message);
    }
}
