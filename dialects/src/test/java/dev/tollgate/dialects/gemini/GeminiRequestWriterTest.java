package dev.tollgate.dialects.gemini;

import static dev.tollgate.dialects.gemini.GeminiSupport.ALL;
import static dev.tollgate.dialects.gemini.GeminiSupport.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.CacheHint;
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
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // compiled compact constructors of records have lost the annotations of nested types
class GeminiRequestWriterTest {
    private static final Path AT = Path.ROOT.member("messages").element(1);
    private static final Signature HOME = new Signature(Protocol.GENERATE_CONTENT, null, "EjQK");
    private static final Signature FOREIGN = new Signature(Protocol.MESSAGES, null, "EqMB");

    private final Losses losses = new Losses();

    @Test
    void theFirstCallOfAStepIsSignedOrSaysThatItCannotBe() {
        Request request = turns(Turn.Role.ASSISTANT, call("a", null), call("b", null));
        assertContains(
                written(request, ALL),
                "{'functionCall':{'id':'a','name':'run','args':{'x':1}},'thoughtSignature':'skip_thought_signature_validator'},"
                        + "{'functionCall':{'id':'b','name':'run','args':{'x':1}}}");
        assertContains(
                written(request, without(Takes.EFFORT)), "{'functionCall':{'id':'a','name':'run','args':{'x':1}}},");
        assertEquals(List.of(), losses.list());
    }

    @Test
    void aSignatureThatTravelledOnAThoughtGoesBackToItsCall() {
        Part.Reasoning empty = new Part.Reasoning(AT, true, List.of(), HOME, false);
        assertContains(
                written(turns(Turn.Role.ASSISTANT, empty, call("a", null)), ALL),
                "'parts':[{'functionCall':{'id':'a','name':'run','args':{'x':1}},'thoughtSignature':'EjQK'}]");
        assertEquals(List.of(), losses.list());
    }

    @Test
    void thoughtsThatGeminiHasNotSignedStayBehind() {
        Part.Reasoning foreign = new Part.Reasoning(AT, false, List.of(Json.Text.of("hm")), FOREIGN, false);
        String body = written(turns(Turn.Role.ASSISTANT, foreign), ALL);
        assertContains(body, "'contents':[]");
        assertEquals(List.of("messages[]"), losses.requestFields());
    }

    @Test
    void namesIdsAndErrorsOfResultsAreWritten() {
        Part.ToolResult failed = new Part.ToolResult(
                AT, "a", null, List.of(text("boom"), text("bang")), null, new Said<>(AT, true), null);
        Request request = turns(List.of(
                new Turn(AT, Turn.Role.ASSISTANT, List.of(call("a", null))),
                new Turn(AT, Turn.Role.USER, List.of(failed))));
        assertContains(
                written(request, ALL),
                "{'role':'user','parts':[{'functionResponse':{'id':'a','name':'run','response':{'error':'boom\\nbang'}}}]}");
        assertEquals(
                "messages[1]: Gemini needs the call that it answers; send that as well.",
                GeminiSupport.refused(turns(Turn.Role.USER, failed)));
    }

    @Test
    void imagesOfResultsStandInTheirParts() {
        Part.ToolResult result = new Part.ToolResult(
                AT,
                "x",
                "shot",
                List.of(media(new Part.Source.Base64(Json.Text.of("iVBO"))), linked()),
                null,
                null,
                null);
        assertContains(
                written(turns(Turn.Role.USER, result), ALL),
                "'response':{},'parts':[{'inlineData':{'mimeType':'image/png','data':'iVBO'}}]}},"
                        + "{'fileData':{'mimeType':'image/png','fileUri':'https://example.org/a.png'}}]");
    }

    @Test
    void argumentsThatAreATextBecomeTheObjectTheyHold() {
        Part.ToolCall encoded = call("a", null, new ToolInput.Encoded(Json.Text.of("{\"p\": [1,2]}")));
        Part.ToolCall free = call("b", null, new ToolInput.Free(Json.Text.of("ls")));
        Part.ToolCall broken = call("c", null, new ToolInput.Encoded(Json.Text.of("{\"p\": ")));
        String body = written(turns(Turn.Role.ASSISTANT, encoded, free, broken), ALL);
        assertContains(body, "'args':{'p': [1,2]}");
        assertContains(body, "'args':{'input':'ls'}");
        assertContains(body, "'args':{'input':'{\\'p\\': '}");
        assertEquals(1, losses.list().size());
    }

    @Test
    void whatHasNoWordsIsListed() {
        CacheHint cache = new CacheHint(AT.member("cache_control"), CacheHint.Ttl.UNSAID);
        Part.Text cached = new Part.Text(AT, Json.Text.of("x"), List.of(), cache, FOREIGN);
        Part.Opaque hint =
                new Part.Opaque(AT.member("own"), Protocol.MESSAGES, "own", Json.Obj.EMPTY, Extra.Weight.HINT);
        written(turns(List.of(new Turn(AT, Turn.Role.SYSTEM, List.of(cached, hint)))), ALL);
        assertEquals(
                List.of("messages[].own", "messages[].role", "messages[].cache_control", "messages[].signature"),
                losses.requestFields());
    }

    @Test
    void whatMustNotBeDroppedIsRefused() {
        Part.Opaque opaque =
                new Part.Opaque(AT, Protocol.MESSAGES, "compaction", Json.Obj.EMPTY, Extra.Weight.ESSENTIAL);
        GeminiSupport.refused(turns(Turn.Role.USER, opaque));
        GeminiSupport.refused(turns(Turn.Role.USER, media(new Part.Source.FileId(Protocol.MESSAGES, "file_1"))));
        Said<String> previous = new Said<>(Path.ROOT.member("previous_response_id"), "resp_1");
        Request.Context context = new Request.Context(null, null, null, null, previous, null, null, null);
        Request of = asking("");
        assertContains(
                GeminiSupport.refused(new Request(
                        null,
                        List.of(),
                        of.turns(),
                        of.tools(),
                        of.sampling(),
                        of.output(),
                        of.thinking(),
                        context,
                        null,
                        false,
                        true,
                        List.of())),
                "previous_response_id: ");
        Tool shell = new Tool.BuiltIn(AT, Protocol.RESPONSES, "shell", Tool.BuiltIn.Ability.OTHER, Json.Obj.EMPTY);
        GeminiSupport.refused(tools(List.of(shell), null));
        GeminiSupport.refused(tools(List.of(), new ToolChoice.Required()));
        GeminiSupport.refused(tools(List.of(function(false)), new ToolChoice.Named("web_search")));
    }

    @Test
    void mediaThatTheModelDoesNotTakeAreRefused() {
        Request linked = turns(Turn.Role.USER, linked());
        assertEquals(true, refuses(linked, without(Takes.MEDIA_URL)));
        assertEquals(false, refuses(linked, ALL));
    }

    @Test
    void anothersSearchBecomesGooglesUnlessThereAreFunctions() {
        Json raw = GeminiSupport.json("{'type':'web_search_20260209','name':'web_search','max_uses':5}");
        Tool search =
                new Tool.BuiltIn(AT, Protocol.MESSAGES, "web_search_20260209", Tool.BuiltIn.Ability.WEB_SEARCH, raw);
        assertContains(written(tools(List.of(search), null), ALL), "'tools':[{'googleSearch':{}}]");
        assertEquals(List.of("messages[].max_uses"), losses.requestFields());
        String both = written(tools(List.of(search, function(false)), null), ALL);
        assertEquals(false, both.contains("googleSearch"));
        assertEquals(List.of("messages[].max_uses", "messages[]"), losses.requestFields());
    }

    @Test
    void strictFunctionsAreValidated() {
        assertContains(
                written(tools(List.of(function(true)), null), ALL), "{'functionCallingConfig':{'mode':'VALIDATED'}}");
        assertContains(
                written(tools(List.of(function(true)), new ToolChoice.Named("run")), ALL),
                "{'mode':'ANY','allowedFunctionNames':['run']}");
        assertEquals(List.of(), losses.list());
        written(tools(List.of(function(true), function(false)), null), ALL);
        assertEquals(List.of("messages[].strict"), losses.requestFields());
    }

    @Test
    void schemasForOlderModelsLoseWhatTheSubsetHasNot() {
        Json.Obj schema = (Json.Obj)
                GeminiSupport.json(
                        "{'$schema':'x','type':'object','additionalProperties':false,"
                                + "'properties':{'a':{'type':['string','null'],'const':'x'},'b':{'oneOf':[{'type':'integer'},{'enum':[1]}]}}}");
        Tool tool = new Tool.Function(AT, null, "run", null, schema, false, null, null);
        assertContains(
                written(tools(List.of(tool), null), without(Takes.JSON_SCHEMA)),
                "'parameters':{'type':'OBJECT','properties':{'a':{'type':'STRING','nullable':true,'enum':['x']},"
                        + "'b':{'anyOf':[{'type':'INTEGER'},{}]}}}");
        assertEquals(
                List.of(
                        "messages[].parameters.additionalProperties",
                        "messages[].parameters.properties.b.oneOf[].enum"),
                losses.requestFields());
        assertContains(
                written(tools(List.of(tool), null), ALL), "'parametersJsonSchema':{'$schema':'x','type':'object',");
    }

    @Test
    void thinkingIsALevelOrABudget() {
        Set<Takes> budgets = without(Takes.EFFORT, Takes.FINE_EFFORT);
        Set<Takes> levels = without(Takes.THINKING_BUDGET, Takes.FINE_EFFORT);
        assertEquals("'thinkingBudget':4000", config(new Thinking.Mode.Budget(4000), null, budgets));
        assertEquals("'thinkingLevel':'MEDIUM'", config(new Thinking.Mode.Budget(4000), null, levels));
        assertEquals("'thinkingBudget':24576", config(null, Thinking.Effort.MAX, budgets));
        assertEquals("'thinkingLevel':'HIGH'", config(null, Thinking.Effort.XHIGH, levels));
        assertEquals("'thinkingLevel':'LOW'", config(null, Thinking.Effort.NONE, levels));
        assertEquals("'thinkingBudget':0", config(new Thinking.Mode.Off(), null, ALL));
        assertEquals("'thinkingBudget':-1", config(new Thinking.Mode.Adaptive(), null, ALL));
        assertEquals("'thinkingLevel':'LOW'", config(new Thinking.Mode.Adaptive(), Thinking.Effort.LOW, ALL));
        assertEquals(List.of("thinking", "effort"), losses.requestFields());
    }

    /** Gemini 2.5 Pro answers a budget of 0 with a 400. */
    @Test
    void aModelOfBudgetsThatAlwaysThinksIsAskedForTheLeast() {
        Destination pro = new Destination("pro", 8192, without(Takes.EFFORT, Takes.FINE_EFFORT), Set.of(), 128);
        String off = GeminiSupport.written(thinking(new Thinking.Mode.Off(), null), losses, pro);
        assertContains(off, "'thinkingConfig':{'thinkingBudget':128}");
        assertEquals(List.of("thinking"), losses.requestFields());
        String none = GeminiSupport.written(thinking(null, Thinking.Effort.NONE), losses, pro);
        assertContains(none, "'thinkingConfig':{'thinkingBudget':128}");
        assertEquals(List.of("thinking", "effort"), losses.requestFields());
        Losses few = new Losses();
        String little = GeminiSupport.written(thinking(new Thinking.Mode.Budget(1), null), few, pro);
        assertContains(little, "'thinkingConfig':{'thinkingBudget':128}");
        assertEquals(List.of("thinking"), few.requestFields());
        Losses exact = new Losses();
        GeminiSupport.written(thinking(new Thinking.Mode.Budget(4000), null), exact, pro);
        assertEquals(List.of(), exact.requestFields());
    }

    @Test
    void aModelThatDoesNotThinkIsNotToldTo() {
        Set<Takes> none = without(Takes.EFFORT, Takes.FINE_EFFORT, Takes.THINKING_BUDGET, Takes.ADAPTIVE_THINKING);
        Request request = thinking(new Thinking.Mode.Budget(1), null);
        assertContains(written(request, none), "'generationConfig':{}");
        assertEquals(List.of("thinking"), losses.requestFields());
    }

    @Test
    void settingsWithoutAWordAreListed() {
        Request of = asking("");
        Said<String> verbosity = new Said<>(Path.ROOT.member("verbosity"), "low");
        Said<List<String>> stops = new Said<>(Path.ROOT.member("stop"), List.of("1", "2", "3", "4", "5", "6"));
        Said<Json.Num> seed = new Said<>(Path.ROOT.member("seed"), Json.Num.of(1L << 40));
        Said<OutputFormat> format = new Said<>(Path.ROOT.member("format"), new OutputFormat.JsonObject());
        Request request = new Request(
                null,
                List.of(),
                of.turns(),
                new Request.Tools(List.of(), null, new Said<>(Path.ROOT.member("parallel"), false)),
                new Request.Sampling(
                        null, null, new Said<>(Path.ROOT.member("top_k"), Json.Num.of(4)), null, null, seed),
                new Request.Output(null, stops, null, format, verbosity, null, null),
                of.thinking(),
                new Request.Context(
                        new Said<>(Path.ROOT.member("user"), "u"), null, null, null, null, null, null, null),
                null,
                false,
                true,
                List.of());
        String body = written(request, without(Takes.SAMPLING, Takes.STRUCTURED_OUTPUT));
        assertContains(body, "'stopSequences':['1','2','3','4','5']");
        assertEquals(
                List.of("parallel", "top_k", "seed", "stop", "format", "verbosity", "user"), losses.requestFields());
    }

    private String config(Thinking.@Nullable Mode mode, Thinking.@Nullable Effort effort, Set<Takes> takes) {
        String body = written(thinking(mode, effort), takes);
        int start = body.indexOf("'thinkingConfig':{") + "'thinkingConfig':{".length();
        return body.substring(start, body.indexOf('}', start));
    }

    private static Request thinking(Thinking.@Nullable Mode mode, Thinking.@Nullable Effort effort) {
        Request of = asking("");
        Thinking thinking = new Thinking(
                mode == null ? null : new Said<>(Path.ROOT.member("thinking"), mode),
                effort == null ? null : new Said<>(Path.ROOT.member("effort"), effort),
                null,
                true);
        return new Request(
                null,
                List.of(),
                of.turns(),
                of.tools(),
                of.sampling(),
                of.output(),
                thinking,
                of.context(),
                null,
                false,
                true,
                List.of());
    }

    private static Tool function(boolean strict) {
        return new Tool.Function(
                AT,
                null,
                strict ? "run" : "other",
                null,
                null,
                false,
                strict ? new Said<>(AT.member("strict"), true) : null,
                null);
    }

    private static Request tools(List<Tool> tools, @Nullable ToolChoice choice) {
        Request of = asking("");
        Request.Tools all =
                new Request.Tools(tools, choice == null ? null : new Said<>(AT.member("choice"), choice), null);
        return new Request(
                null,
                List.of(),
                of.turns(),
                all,
                of.sampling(),
                of.output(),
                of.thinking(),
                of.context(),
                null,
                false,
                true,
                List.of());
    }

    private static Request turns(Turn.Role role, Part... parts) {
        return turns(List.of(new Turn(AT, role, List.of(parts))));
    }

    private static Request turns(List<Turn> turns) {
        Request of = asking("");
        return new Request(
                null,
                List.of(),
                turns,
                of.tools(),
                of.sampling(),
                of.output(),
                of.thinking(),
                of.context(),
                null,
                false,
                true,
                List.of());
    }

    private static Part.Text text(String text) {
        return Part.Text.of(AT, Json.Text.of(text));
    }

    private static Part.Media linked() {
        return media(new Part.Source.Url(Json.Text.of("https://example.org/a.png")));
    }

    private static Part.Media media(Part.Source source) {
        return new Part.Media(AT, Part.Media.Kind.IMAGE, "image/png", source, null, null, null, null, null, null);
    }

    private static Part.ToolCall call(String id, @Nullable Signature signature) {
        return call(id, signature, new ToolInput.Plain((Json.Obj) GeminiSupport.json("{'x':1}")));
    }

    private static Part.ToolCall call(String id, @Nullable Signature signature, ToolInput input) {
        return new Part.ToolCall(AT, id, null, "run", input, null, signature);
    }

    private String written(Request request, Set<Takes> takes) {
        return GeminiSupport.written(request, losses, takes);
    }

    private static boolean refuses(Request request, Set<Takes> takes) {
        return GeminiSupport.writing(request, new Losses(), takes) instanceof Outcome.NotExpressible<byte[]>;
    }

    private static Set<Takes> without(Takes... some) {
        Set<Takes> takes = EnumSet.allOf(Takes.class);
        takes.removeAll(Set.of(some));
        return takes;
    }

    private static void assertContains(String whole, String piece) {
        assertEquals(true, whole.contains(piece), whole + "\nlacks " + piece);
    }
}
