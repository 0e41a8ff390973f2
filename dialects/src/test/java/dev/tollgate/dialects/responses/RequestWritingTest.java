package dev.tollgate.dialects.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra;
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
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullUnmarked // the compiler does not see that nested types may be null in class files
class RequestWritingTest {
    private static final Path AT = Path.ROOT.member("messages").element(0);

    private static Json.Text json(String text) {
        return Json.Text.of(text);
    }

    private static Part text(String text) {
        return Part.Text.of(AT, json(text));
    }

    private static <T> Said<T> said(String name, T value) {
        return new Said<>(Path.ROOT.member(name), value);
    }

    private static Request user(Part... parts) {
        return Kit.turns(new Turn(AT, Turn.Role.USER, List.of(parts)));
    }

    private static Request assistant(Part... parts) {
        return Kit.turns(new Turn(AT, Turn.Role.ASSISTANT, List.of(parts)));
    }

    private static Part.Media media(Part.Media.Kind kind, @Nullable String type, Part.Source source) {
        return new Part.Media(AT, kind, type, source, null, null, null, null, null, null);
    }

    private static Request with(
            Request.Tools tools,
            Request.Sampling sampling,
            Request.Output output,
            Thinking thinking,
            Request.Context context) {
        return new Request(
                "m",
                List.of(),
                user(text("x")).turns(),
                tools,
                sampling,
                output,
                thinking,
                context,
                null,
                false,
                true,
                List.of());
    }

    private static Request tools(@Nullable Said<ToolChoice> choice, Tool... tools) {
        return with(
                new Request.Tools(List.of(tools), choice, null),
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID);
    }

    private static Request thinking(@Nullable Said<Thinking.Mode> mode, @Nullable Said<Thinking.Effort> effort) {
        return with(
                Request.Tools.NONE,
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                new Thinking(mode, effort, null, true),
                Request.Context.UNSAID);
    }

    private static List<String> lost(Request request, boolean everythingTaken) {
        Losses losses = new Losses();
        Kit.written(request, everythingTaken ? Kit.ALL : Kit.NOTHING, losses);
        return Kit.losses(losses);
    }

    private static void says(String expected, String written) {
        assertTrue(written.contains(expected), written);
    }

    @Test
    void turnsBecomeMessagesOfTheirRoles() {
        Request request = Kit.turns(
                new Turn(AT, Turn.Role.USER, List.of(text("a"), text("b"))),
                new Turn(AT, Turn.Role.ASSISTANT, List.of(text("c"), new Part.Refusal(AT, json("d")))),
                new Turn(AT, Turn.Role.SYSTEM, List.of(text("e"))));
        says(
                "'input':[{'type':'message','role':'user','content':[{'type':'input_text','text':'a'},{'type':'input_text','text':'b'}]},"
                        + "{'type':'message','role':'assistant','content':[{'type':'output_text','text':'c'},{'type':'refusal','refusal':'d'}]},"
                        + "{'type':'message','role':'developer','content':[{'type':'input_text','text':'e'}]}]",
                Kit.written(request));
    }

    @Test
    void instructionsAreOneTextJoinedByEmptyLines() {
        CacheHint cache = new CacheHint(AT.member("cache_control"), CacheHint.Ttl.UNSAID);
        Request request = instructions(text("a"), new Part.Text(AT, json("b"), List.of(), cache, null));
        Losses losses = new Losses();
        says("'instructions':'a\\n\\nb'", Kit.written(request, Kit.NOTHING, losses));
        assertEquals(List.of("messages[0].cache_control", "cache_control"), Kit.losses(losses));
        says("'role':'developer','content':[{'type':'input_text','text':'a'},", Kit.written(request));
        says("'text':'b','prompt_cache_breakpoint':{'mode':'explicit'}", Kit.written(request));
    }

    private static Request instructions(Part... parts) {
        return new Request(
                "m",
                List.of(parts),
                user(text("x")).turns(),
                Request.Tools.NONE,
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID,
                new CacheHint(Path.ROOT.member("cache_control"), CacheHint.Ttl.UNSAID),
                false,
                true,
                List.of());
    }

    @Test
    void mediaAreWrittenWhereTheModelTakesThem() {
        Part image = media(Part.Media.Kind.IMAGE, "image/png", new Part.Source.Base64(json("iVBO")));
        Part url = media(Part.Media.Kind.IMAGE, null, new Part.Source.Url(json("https://a")));
        Part pdf = media(Part.Media.Kind.DOCUMENT, "application/pdf", new Part.Source.Base64(json("JVBE")));
        says("{'type':'input_image','image_url':'data:image/png;base64,iVBO'}", Kit.written(user(image)));
        says("{'type':'input_image','image_url':'https://a'}", Kit.written(user(url)));
        says(
                "{'type':'input_file','filename':'document.pdf','file_data':'data:application/pdf;base64,JVBE'}",
                Kit.written(user(pdf)));
        assertEquals("messages[0]", Kit.refused(user(url), Kit.NOTHING));
        assertEquals("messages[0]", Kit.refused(user(pdf), Kit.NOTHING));
    }

    @Test
    void documentsOfTextGoAsText() {
        Part plain = media(Part.Media.Kind.DOCUMENT, "text/plain", new Part.Source.Plain(json("all of it")));
        Part parts = media(Part.Media.Kind.DOCUMENT, null, new Part.Source.Parts(List.of(text("one"), text("two"))));
        Part found = new Part.SearchResult(
                AT, json("https://s"), json("Title"), List.of((Part.Text) text("passage")), null, null);
        String written = Kit.written(user(plain, parts, found), Kit.NOTHING, new Losses());
        says("'all of it'", written);
        says("{'type':'input_text','text':'one'},{'type':'input_text','text':'two'}", written);
        says("'Title\\nhttps://s\\n\\npassage'", written);
    }

    @Test
    void whatResponsesCannotTakeIsRefused() {
        assertEquals(
                "messages[0]",
                Kit.refused(
                        user(media(Part.Media.Kind.AUDIO, "audio/wav", new Part.Source.Base64(json("UklG")))),
                        Kit.ALL));
        assertEquals(
                "messages[0]",
                Kit.refused(
                        user(media(Part.Media.Kind.VIDEO, "video/mp4", new Part.Source.Base64(json("AAAA")))),
                        Kit.ALL));
        assertEquals(
                "messages[0]",
                Kit.refused(
                        user(media(Part.Media.Kind.IMAGE, null, new Part.Source.FileId(Protocol.MESSAGES, "file_1"))),
                        Kit.ALL));
        assertEquals(
                "messages[0]",
                Kit.refused(
                        assistant(new Part.Opaque(
                                AT, Protocol.MESSAGES, "compaction", Json.Obj.EMPTY, Extra.Weight.ESSENTIAL)),
                        Kit.ALL));
        Request.Output two = new Request.Output(null, null, said("n", 2), null, null, null, null);
        assertEquals("n", Kit.refused(output(two), Kit.ALL));
        Request.Output sound =
                new Request.Output(null, null, null, null, null, null, said("modalities", Kit.json("['audio']")));
        assertEquals("modalities", Kit.refused(output(sound), Kit.ALL));
        Request.Context cached =
                new Request.Context(null, null, null, null, null, null, said("cachedContent", "c/1"), null);
        assertEquals(
                "cachedContent",
                Kit.refused(
                        with(
                                Request.Tools.NONE,
                                Request.Sampling.UNSAID,
                                Request.Output.UNSAID,
                                Thinking.UNSAID,
                                cached),
                        Kit.ALL));
    }

    private static Request output(Request.Output output) {
        return with(Request.Tools.NONE, Request.Sampling.UNSAID, output, Thinking.UNSAID, Request.Context.UNSAID);
    }

    @Test
    void toolCallsAndResultsAreItems() {
        Part call = new Part.ToolCall(
                AT, "c1", null, "run", new ToolInput.Plain((Json.Obj) Kit.json("{'a': [1]}")), null, null);
        says(
                "{'type':'function_call','call_id':'c1','name':'run','arguments':'{\\'a\\': [1]}'}",
                Kit.written(assistant(call)));
        Part failed =
                new Part.ToolResult(AT, "c1", null, List.of(text("no such file")), null, said("is_error", true), null);
        says(
                "{'type':'function_call_output','call_id':'c1','output':'Error: no such file'}",
                Kit.written(user(failed)));
        assertEquals(List.of(), lost(user(failed), true));
    }

    @Test
    void customToolsBecomeFunctionsWhereTheModelHasNone() {
        Tool tool = new Tool.Custom(AT, null, "patch", null, said("format", Json.Obj.EMPTY));
        Part call = new Part.ToolCall(AT, "c1", null, "patch", new ToolInput.Free(json("*** x")), null, null);
        Part result = new Part.ToolResult(AT, "c1", null, List.of(text("ok")), null, null, null);
        Request request = new Request(
                "m",
                List.of(),
                List.of(
                        new Turn(AT, Turn.Role.ASSISTANT, List.of(call)),
                        new Turn(AT, Turn.Role.USER, List.of(result))),
                new Request.Tools(List.of(tool), said("tool_choice", new ToolChoice.Named("patch")), null),
                Request.Sampling.UNSAID,
                Request.Output.UNSAID,
                Thinking.UNSAID,
                Request.Context.UNSAID,
                null,
                false,
                true,
                List.of());
        String custom = Kit.written(request);
        says("'custom_tool_call','call_id':'c1','name':'patch','input':'*** x'", custom);
        says("'custom_tool_call_output'", custom);
        says("'tool_choice':{'type':'custom','name':'patch'}", custom);
        Losses losses = new Losses();
        String function = Kit.written(request, Kit.NOTHING, losses);
        says("'arguments':'{\\'input\\':\\'*** x\\'}'", function);
        says("'function_call_output'", function);
        says("'tool_choice':{'type':'function','name':'patch'}", function);
        assertTrue(Kit.losses(losses).contains("format"));
    }

    @Test
    void reasoningGoesHomeAndNowhereElse() {
        Part home = new Part.Reasoning(
                AT, true, List.of(json("hm")), new Signature(Protocol.RESPONSES, "rs_1", "gAAA"), false);
        says(
                "{'type':'reasoning','id':'rs_1','summary':[{'type':'summary_text','text':'hm'}],'encrypted_content':'gAAA'}",
                Kit.written(assistant(home)));
        Part foreign =
                new Part.Reasoning(AT, true, List.of(json("hm")), new Signature(Protocol.MESSAGES, null, "Eq"), false);
        Part unsigned = new Part.Reasoning(AT, true, List.of(json("hm")), null, false);
        assertEquals(List.of("messages[0]"), lost(assistant(foreign), true));
        assertEquals(List.of("messages[0]"), lost(assistant(unsigned), true));
        says("'input':[]", Kit.written(assistant(foreign, unsigned)));
    }

    @Test
    void functionsSayWhetherTheyAreStrict() {
        Tool open = new Tool.Function(AT, null, "f", null, null, false, null, null);
        Json.Obj closed = (Json.Obj) Kit.json("{'type':'object','properties':{},'additionalProperties':false}");
        Tool strict = new Tool.Function(AT, "ns", "g", json("d"), closed, false, said("strict", true), null);
        Tool wished = new Tool.Function(AT, "ns", "h", null, Json.Obj.EMPTY, false, said("strict", true), null);
        String written = Kit.written(tools(null, open, strict, wished));
        says("{'type':'function','name':'f','parameters':{'type':'object','properties':{}},'strict':false}", written);
        says(
                "{'type':'function','name':'ns__g','description':'d','parameters':{'type':'object','properties':{},"
                        + "'additionalProperties':false},'strict':true}",
                written);
        says("{'type':'function','name':'ns__h','parameters':{},'strict':false}", written);
        assertEquals(List.of("strict"), lost(tools(null, strict), false));
        assertEquals(List.of(), lost(tools(null, strict), true));
        assertEquals(List.of("strict"), lost(tools(null, wished), true));
    }

    @Test
    void commonBuiltInToolsCrossAndOthersDoNot() {
        Tool search =
                builtIn("web_search_20250305", Tool.BuiltIn.Ability.WEB_SEARCH, "'name':'web_search','max_uses':3");
        Tool fetch = builtIn("web_fetch_20250910", Tool.BuiltIn.Ability.WEB_FETCH, "'name':'web_fetch'");
        Tool shell = builtIn("bash_20250124", Tool.BuiltIn.Ability.OTHER, "'name':'bash'");
        says("'tools':[{'type':'web_search'}]", Kit.written(tools(null, search)));
        assertEquals(List.of("tools[0].max_uses"), lost(tools(null, search), true));
        assertEquals(List.of("tools[0]"), lost(tools(null, fetch), true));
        assertEquals("tools[0]", Kit.refused(tools(null, shell), Kit.ALL));
        says(
                "'tool_choice':{'type':'web_search'}",
                Kit.written(tools(said("tool_choice", new ToolChoice.Named("web_search")), search)));
        assertEquals(
                "tool_choice",
                Kit.refused(tools(said("tool_choice", new ToolChoice.Named("web_fetch")), fetch), Kit.ALL));
        assertEquals("tool_choice", Kit.refused(tools(said("tool_choice", new ToolChoice.Required()), fetch), Kit.ALL));
    }

    private static Tool builtIn(String type, Tool.BuiltIn.Ability ability, String rest) {
        Json raw = Kit.json("{'type':'" + type + "'," + rest + "}");
        return new Tool.BuiltIn(Path.ROOT.member("tools").element(0), Protocol.MESSAGES, type, ability, raw);
    }

    @Test
    void settingsWithoutAWordAreLosses() {
        Json.Num one = Json.Num.of(1);
        Request.Sampling sampling = new Request.Sampling(
                said("temperature", one),
                said("top_p", one),
                said("top_k", one),
                said("frequency_penalty", one),
                said("presence_penalty", one),
                said("seed", one));
        Request.Output output = new Request.Output(
                said("max_tokens", 1L), said("stop_sequences", List.of("x")), null, null, null, null, null);
        Request.Context context = new Request.Context(
                said("user", "u".repeat(65)),
                null,
                said("service_tier", "standard_only"),
                null,
                null,
                null,
                null,
                said("safetySettings", Json.Obj.EMPTY));
        Request request = with(Request.Tools.NONE, sampling, output, Thinking.UNSAID, context);
        assertEquals(
                List.of(
                        "top_k",
                        "frequency_penalty",
                        "presence_penalty",
                        "seed",
                        "max_tokens",
                        "stop_sequences",
                        "safetySettings"),
                lost(request, true));
        assertTrue(lost(request, false).containsAll(List.of("temperature", "top_p")));
        says("'max_output_tokens':16", Kit.written(request));
        says("'service_tier':'default'", Kit.written(request));
        says("'store':false", Kit.written(request));
        says(
                "'safety_identifier':'f20e249d15fa4b9f44ba21d154f62e1efa76ddfdce5d25139a33a4787cee5a8b'",
                Kit.written(request));
    }

    @Test
    void thinkingBecomesTheNearestEffort() {
        Said<Thinking.Mode> off = said("thinking", new Thinking.Mode.Off());
        Said<Thinking.Mode> budget = said("thinking", new Thinking.Mode.Budget(10_000));
        Said<Thinking.Mode> adaptive = said("thinking", new Thinking.Mode.Adaptive());
        Said<Thinking.Effort> max = said("effort", Thinking.Effort.MAX);
        says("'reasoning':{'effort':'none'}", Kit.written(thinking(off, null)));
        assertEquals(List.of("effort"), lost(thinking(off, max), true));
        says("'reasoning':{'effort':'medium'}", Kit.written(thinking(budget, null)));
        assertEquals(List.of("thinking"), lost(thinking(budget, null), true));
        says("'reasoning':{'effort':'max'}", Kit.written(thinking(adaptive, max)));
        assertEquals(List.of(), lost(thinking(adaptive, max), true));
        assertEquals(List.of("thinking", "effort"), lost(thinking(adaptive, max), false));
        assertEquals(List.of(), lost(thinking(off, null), false));
        says("'include':['reasoning.encrypted_content']", Kit.written(thinking(null, null)));
    }
}
