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
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatRequestWriterTest {
    private static final Path AT = Path.ROOT.member("x");
    private static final Tool LOOK = new Tool.Function(AT, null, "look", null, null, false, null, null);
    private static final Tool EDIT = new Tool.Custom(AT, null, "edit", null, null);

    private final Losses losses = new Losses();

    private static <T> Said<T> said(String name, T value) {
        return new Said<>(Path.ROOT.member(name), value);
    }

    private static Part.Media media(Part.Media.Kind kind, @Nullable String type, Part.Source source) {
        return new Part.Media(AT, kind, type, source, null, null, null, null, null, null);
    }

    private static Part.Source base64() {
        return new Part.Source.Base64(Json.Text.of("QUJD"));
    }

    private static Turn turn(Turn.Role role, Part... parts) {
        return new Turn(AT, role, List.of(parts));
    }

    private void writes(String expected, Request request, Destination destination) {
        String document = written(request, destination, losses);
        assertTrue(document.contains(expected), document);
    }

    private void refuses(String at, Request request, Destination destination) {
        var outcome = ChatKit.tryWrite(request, destination, losses);
        assertEquals(
                at, assertInstanceOf(Outcome.NotExpressible.class, outcome).at().toString());
    }

    private void lost(String... fields) {
        assertEquals(List.of(fields), losses.requestFields());
    }

    @Test
    void aSingleTextIsAStringAndSeveralAreParts() {
        writes("{\"role\":\"user\",\"content\":\"a\"}", user(text("a")), OPENAI);
        String two = "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]";
        writes("{\"role\":\"user\",\"content\":" + two + "}", user(text("a"), text("b")), OPENAI);
        writes("\"content\":\"a\\n\\nb\"", user(text("a"), text("b")), PLAIN);
        lost();
    }

    @Test
    void aTextIsCopiedAsItStands() {
        Json.Text raw = (Json.Text) ChatKit.json("\"\\u00e9\\/\\ud83d\\n\"");
        writes("\"content\":\"\\u00e9\\/\\ud83d\\n\"", user(Part.Text.of(AT, raw)), OPENAI);
    }

    @Test
    void whatATextBearsIsLost() {
        Citation citation =
                new Citation(AT.member("citations"), null, null, null, 0, 1, Protocol.MESSAGES, Json.Obj.EMPTY);
        Part.Text bearing = new Part.Text(
                AT,
                Json.Text.of("a"),
                List.of(citation),
                new CacheHint(AT.member("cache_control"), CacheHint.Ttl.ONE_HOUR),
                new Signature(Protocol.GENERATE_CONTENT, null, "s"));
        writes("\"content\":\"a\"", user(bearing), PLAIN);
        lost("x.citations", "x.thoughtSignature", "x.cache_control");
        Losses atOpenAi = new Losses();
        String document = written(user(bearing), OPENAI, atOpenAi);
        assertTrue(document.contains("\"prompt_cache_breakpoint\":{\"mode\":\"explicit\"}"), document);
        assertEquals(List.of("x.citations", "x.thoughtSignature", "x.cache_control.ttl"), atOpenAi.requestFields());
    }

    @Test
    void imagesAndDocumentsAreWritten() {
        writes(
                "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QUJD\"}}",
                user(media(Part.Media.Kind.IMAGE, "image/png", base64())),
                PLAIN);
        Part.Source url = new Part.Source.Url(Json.Text.of("https://e.com"));
        writes("\"url\":\"https://e.com\"", user(media(Part.Media.Kind.IMAGE, null, url)), OPENAI);
        writes(
                "\"file\":{\"filename\":\"document.pdf\",\"file_data\":\"data:application/pdf;base64,QUJD\"}",
                user(media(Part.Media.Kind.DOCUMENT, "application/pdf", base64())),
                OPENAI);
        Part.Source own = new Part.Source.FileId(Protocol.RESPONSES, "file-1");
        writes("\"file\":{\"file_id\":\"file-1\"}", user(media(Part.Media.Kind.DOCUMENT, null, own)), OPENAI);
        writes(
                "\"input_audio\":{\"data\":\"QUJD\",\"format\":\"mp3\"}",
                user(media(Part.Media.Kind.AUDIO, "audio/mp3", base64())),
                OPENAI);
        lost();
    }

    @Test
    void whatTheModelCannotBeShownIsRefused() {
        Part.Source url = new Part.Source.Url(Json.Text.of("https://e.com"));
        Part.Source foreign = new Part.Source.FileId(Protocol.MESSAGES, "file_1");
        refuses("x", user(media(Part.Media.Kind.IMAGE, null, url)), PLAIN);
        refuses("x", user(media(Part.Media.Kind.IMAGE, null, foreign)), OPENAI);
        refuses("x", user(media(Part.Media.Kind.DOCUMENT, null, foreign)), OPENAI);
        refuses("x", user(media(Part.Media.Kind.DOCUMENT, null, url)), OPENAI);
        refuses("x", user(media(Part.Media.Kind.DOCUMENT, "application/pdf", base64())), PLAIN);
        refuses("x", user(media(Part.Media.Kind.AUDIO, "audio/ogg", base64())), OPENAI);
        refuses("x", user(media(Part.Media.Kind.AUDIO, "audio/wav", base64())), PLAIN);
        refuses("x", user(media(Part.Media.Kind.VIDEO, "video/mp4", base64())), OPENAI);
        refuses("x", user(new Part.Opaque(AT, Protocol.MESSAGES, "t", Json.Obj.EMPTY, Extra.Weight.ESSENTIAL)), OPENAI);
    }

    @Test
    void documentsOfTextAndSearchResultsBecomeTextWithTheirTitles() {
        Part.Media plain = new Part.Media(
                AT,
                Part.Media.Kind.DOCUMENT,
                "text/plain",
                new Part.Source.Plain(Json.Text.of("body")),
                new Said<>(AT, Json.Text.of("title")),
                null,
                null,
                new Said<>(AT.member("citations"), true),
                null,
                null);
        writes("\"content\":\"title\\nbody\"", user(plain), PLAIN);
        Part.Source parts =
                new Part.Source.Parts(List.of(text("one"), media(Part.Media.Kind.IMAGE, "image/png", base64())));
        writes(
                "[{\"type\":\"text\",\"text\":\"one\"},{\"type\":\"image_url\"",
                user(media(Part.Media.Kind.DOCUMENT, null, parts)),
                PLAIN);
        Part.SearchResult found = new Part.SearchResult(
                AT, Json.Text.of("https://s"), Json.Text.of("T"), List.of(text("p"), text("q")), null, null);
        writes("\"content\":\"T\\nhttps://s\\np\\nq\"", user(found), OPENAI);
        lost("x.citations");
    }

    @Test
    void resultsComeFirstAndTheirImagesInTheUsersMessageAfterThem() {
        Part image = media(Part.Media.Kind.IMAGE, "image/png", base64());
        Part.ToolResult seen = ChatKit.toolResult("c1", null, List.of(image));
        Part.ToolResult failed = ChatKit.toolResult("c2", new Said<>(AT, true), List.of(text("gone")));
        String document = written(user(seen, failed, text("so?")), OPENAI, losses);
        String messages = document.substring(document.indexOf("\"messages\":"));
        assertEquals(
                "\"messages\":[{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"The result is in the next message.\"},"
                        + "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":\"Error: gone\"},"
                        + "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Result of tool call c1:\"},"
                        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QUJD\"}},"
                        + "{\"type\":\"text\",\"text\":\"so?\"}]}]}",
                messages);
        lost();
    }

    @Test
    void callsFollowTheTextWhateverTheOrderWas() {
        Part.ToolCall call = new Part.ToolCall(
                AT,
                "toolu_1",
                null,
                "my tool",
                new ToolInput.Plain(object("{\"a\": \"\\u00e9\"}")),
                null,
                new Signature(Protocol.GENERATE_CONTENT, null, "s"));
        Request request = request(List.of(turn(Turn.Role.ASSISTANT, call, text("after"))), Request.Tools.NONE);
        String document = written(request, OPENAI, losses);
        assertTrue(
                document.contains("\"content\":\"after\",\"tool_calls\":[{\"id\":\"toolu_1\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"my_tool_"),
                document);
        assertTrue(document.contains("\"arguments\":\"{\\\"a\\\": \\\"\\\\u00e9\\\"}\""), document);
        lost("x.thoughtSignature");
    }

    @Test
    void aSignatureGoesHomeBare() {
        Part.ToolCall call = new Part.ToolCall(
                AT,
                "c",
                null,
                "f",
                new ToolInput.Encoded(Json.Text.of("{}")),
                null,
                new Signature(Protocol.CHAT_COMPLETIONS, null, "QUJD"));
        writes(
                "\"extra_content\":{\"google\":{\"thought_signature\":\"QUJD\"}}",
                request(List.of(turn(Turn.Role.ASSISTANT, call)), Request.Tools.NONE),
                PLAIN);
        lost();
    }

    @Test
    void anIdThatIsTooLongIsCutTheSameWayInCallAndResult() {
        String id = "chatcmpl-tool-0123456789abcdef0123456789abcdef";
        Part.ToolCall call =
                new Part.ToolCall(AT, id, null, "f", new ToolInput.Encoded(Json.Text.of("{}")), null, null);
        Part.ToolResult result = ChatKit.toolResult(id, null, List.of(text("r")));
        String document = written(
                request(List.of(turn(Turn.Role.ASSISTANT, call), turn(Turn.Role.USER, result)), Request.Tools.NONE),
                OPENAI,
                losses);
        assertFalse(document.contains(id), document);
        String cut = document.replaceAll(".*\"tool_calls\":\\[\\{\"id\":\"([^\"]*)\".*", "$1");
        assertEquals(40, cut.length());
        assertTrue(document.contains("\"tool_call_id\":\"" + cut + "\""), document);
    }

    @Test
    void earlierReasoningIsLostAndARefusalKept() {
        Part.Reasoning thought = new Part.Reasoning(AT, false, List.of(Json.Text.of("hm")), null, false);
        Part.Refusal no = new Part.Refusal(AT, Json.Text.of("no"));
        writes(
                "[{\"role\":\"assistant\",\"content\":null,\"refusal\":\"no\"}]",
                request(List.of(turn(Turn.Role.ASSISTANT, thought, no)), Request.Tools.NONE),
                OPENAI);
        writes("\"messages\":[]", request(List.of(turn(Turn.Role.ASSISTANT, thought)), Request.Tools.NONE), OPENAI);
        lost("x");
    }

    @Test
    void instructionsWithinTheConversationGoWhereTheyAreTaken() {
        Request request = request(
                List.of(turn(Turn.Role.USER, text("a")), turn(Turn.Role.SYSTEM, text("b"))), Request.Tools.NONE);
        writes("{\"role\":\"developer\",\"content\":\"b\"}", request, OPENAI);
        lost();
        writes("{\"role\":\"user\",\"content\":\"b\"}", request, PLAIN);
        lost("x.role");
    }

    @Test
    void customToolsBecomeFunctionsWhereTheyAreNotTaken() {
        Part.ToolCall call =
                new Part.ToolCall(AT, "c", null, "edit", new ToolInput.Free(Json.Text.of("a\"b")), null, null);
        Request request =
                request(List.of(turn(Turn.Role.ASSISTANT, call)), new Request.Tools(List.of(EDIT), null, null));
        writes("\"custom\":{\"name\":\"edit\",\"input\":\"a\\\"b\"}", request, OPENAI);
        writes("\"arguments\":\"{\\\"input\\\":\\\"a\\\\\\\"b\\\"}\"", request, PLAIN);
        writes("\"required\":[\"input\"]", request, PLAIN);
    }

    @Test
    void aGrammarOfResponsesIsWrappedAsChatWantsIt() {
        Tool custom = new Tool.Custom(
                AT,
                null,
                "edit",
                null,
                new Said<>(AT, object("{\"type\":\"grammar\",\"syntax\":\"lark\",\"definition\":\"d\"}")));
        writes(
                "\"format\":{\"type\":\"grammar\",\"grammar\":{\"syntax\":\"lark\",\"definition\":\"d\"}}",
                request(List.of(), new Request.Tools(List.of(custom), null, null)),
                OPENAI);
    }

    @Test
    void toolsAreWrittenWithSchemasInJsonSchema() {
        Tool gemini = new Tool.Function(
                AT,
                "ns",
                "f",
                Json.Text.of("d"),
                object("{\"type\":\"OBJECT\",\"nullable\":true}"),
                true,
                new Said<>(AT.member("strict"), true),
                new CacheHint(AT.member("cache_control"), CacheHint.Ttl.UNSAID));
        Request request = request(List.of(), new Request.Tools(List.of(gemini), null, null));
        writes(
                "{\"name\":\"ns__f\",\"description\":\"d\",\"parameters\":{\"type\":[\"object\",\"null\"]},\"strict\":false}",
                request,
                OPENAI);
        lost("x.strict", "x.cache_control");
        assertFalse(written(request, PLAIN, losses).contains("strict"));
        lost("x.strict", "x.cache_control");
    }

    @Test
    void choicesOfToolsAreWritten() {
        assertEquals("\"auto\"", choice(new ToolChoice.Auto()));
        assertEquals("\"none\"", choice(new ToolChoice.None()));
        assertEquals("\"required\"", choice(new ToolChoice.Required()));
        assertEquals("{\"type\":\"function\",\"function\":{\"name\":\"look\"}}", choice(new ToolChoice.Named("look")));
        assertEquals("{\"type\":\"custom\",\"custom\":{\"name\":\"edit\"}}", choice(new ToolChoice.Named("edit")));
        assertEquals(
                "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":"
                        + "[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}]}}",
                choice(new ToolChoice.Allowed(List.of("look"), false)));
    }

    private String choice(ToolChoice choice) {
        Request.Tools tools =
                new Request.Tools(List.of(LOOK, EDIT), said("tool_choice", choice), said("parallel", true));
        String document = written(request(List.of(), tools), OPENAI, losses);
        int from = document.indexOf("\"tool_choice\":") + "\"tool_choice\":".length();
        return document.substring(from, document.indexOf(",\"parallel_tool_calls\":true"));
    }

    @Test
    void builtInToolsAreLostUnlessTheyAreDemandedOrOfNobodyElse() {
        Tool search = builtIn(Tool.BuiltIn.Ability.WEB_SEARCH);
        written(request(List.of(), new Request.Tools(List.of(search, LOOK), null, null)), OPENAI, losses);
        lost("x");
        refuses(
                "tool_choice",
                request(
                        List.of(),
                        new Request.Tools(
                                List.of(search, LOOK), said("tool_choice", new ToolChoice.Named("search")), null)),
                OPENAI);
        refuses(
                "tool_choice",
                request(
                        List.of(),
                        new Request.Tools(List.of(search), said("tool_choice", new ToolChoice.Required()), null)),
                OPENAI);
        refuses(
                "x",
                request(List.of(), new Request.Tools(List.of(builtIn(Tool.BuiltIn.Ability.OTHER)), null, null)),
                OPENAI);
    }

    private static Tool builtIn(Tool.BuiltIn.Ability ability) {
        return new Tool.BuiltIn(AT, Protocol.MESSAGES, "t", ability, Json.Obj.EMPTY);
    }

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
