package dev.tollgate.dialects.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Destination.Takes;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.OutputFormat;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Thinking;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The settings and tools of a request that came from another protocol. */
class MessagesSettingsWriterTest {
    private static final Path AT = Sample.AT;
    private static final Tool RUN = new Tool.Function(AT, null, "run", null, null, false, null, null);

    private Losses losses = new Losses();

    @Test
    void aLimitIsAlwaysSent() {
        assertEquals("8192", member("max_tokens", Sample.with(Request.Tools.NONE, null, null, null, null), Sample.ALL));
    }

    @Test
    void effortAloneTurnsThinkingOn() {
        Thinking high = thinking(null, Thinking.Effort.HIGH, Thinking.Display.DETAILED);
        assertEquals("{'type':'adaptive','display':'summarized'} {'effort':'high'}", thinks(high, Sample.ALL));
        assertEquals(List.of("display"), losses.requestFields());
        assertEquals(
                "{'type':'enabled','budget_tokens':8191,'display':'summarized'} ",
                thinks(high, Sample.without(Takes.ADAPTIVE_THINKING, Takes.EFFORT)));
        assertEquals(List.of("effort", "display"), losses.requestFields());
        assertEquals(" ", thinks(thinking(null, null, Thinking.Display.OMITTED), Sample.ALL));
        assertEquals("{'type':'disabled'} ", thinks(thinking(null, Thinking.Effort.NONE, null), Sample.ALL));
    }

    @Test
    void theNearestEffortIsSent() {
        assertEquals(
                "{'type':'adaptive'} {'effort':'high'}",
                thinks(thinking(null, Thinking.Effort.MAX, null), Sample.without(Takes.FINE_EFFORT)));
        assertEquals(List.of("effort"), losses.requestFields());
        assertEquals(
                "{'type':'adaptive'} {'effort':'low'}",
                thinks(thinking(null, Thinking.Effort.MINIMAL, null), Sample.ALL));
        assertEquals(List.of("effort"), losses.requestFields());
    }

    @Test
    void aBudgetIsHeldWithinWhatAnthropicTakes() {
        assertEquals("{'type':'enabled','budget_tokens':1024} ", thinks(budget(10), Sample.ALL));
        assertEquals("{'type':'enabled','budget_tokens':8191} ", thinks(budget(99_999), Sample.ALL));
        assertEquals(List.of("mode"), losses.requestFields());
        assertEquals(
                "{'type':'adaptive'} {'effort':'medium'}", thinks(budget(9000), Sample.without(Takes.THINKING_BUDGET)));
        assertEquals(List.of("mode"), losses.requestFields());
        assertEquals(" ", thinks(budget(9000), Sample.without(Takes.THINKING_BUDGET, Takes.ADAPTIVE_THINKING)));
        assertEquals(List.of("mode"), losses.requestFields());
    }

    @Test
    void aDemandedCallGoesBeforeThinking() {
        Request.Tools tools = new Request.Tools(List.of(RUN), new Said<>(AT, new ToolChoice.Required()), null);
        Json.Obj body = written(Sample.with(tools, null, null, budget(2000), null), Sample.ALL);
        assertEquals(null, body.get("thinking"));
        assertEquals(List.of("mode"), losses.requestFields());
    }

    @Test
    void samplingIsBoundedAndGivesWayToThinking() {
        Request.Sampling hot = new Request.Sampling(
                number("temperature", "1.7"),
                number("top_p", "0.5"),
                number("top_k", "4"),
                number("frequency_penalty", "1"),
                number("presence_penalty", "1"),
                number("seed", "7"));
        Json.Obj body = written(Sample.with(Request.Tools.NONE, hot, null, null, null), Sample.ALL);
        assertEquals("1 4", words(body.get("temperature")) + " " + words(body.get("top_k")));
        assertEquals(
                List.of("temperature", "top_p", "frequency_penalty", "presence_penalty", "seed"),
                losses.requestFields());
        body = written(Sample.with(Request.Tools.NONE, hot, null, budget(2000), null), Sample.ALL);
        assertEquals(null, body.get("temperature"));
        assertEquals(null, body.get("top_k"));
        body = written(Sample.with(Request.Tools.NONE, hot, null, null, null), Sample.without(Takes.SAMPLING));
        assertEquals(null, body.get("temperature"));
        assertEquals(6, losses.requestFields().size());
    }

    @Test
    void whatCannotBeSaidAndMustNotBeDroppedIsRefused() {
        refused(new Request.Output(null, null, said(2), null, null, null, null), null);
        refused(new Request.Output(null, null, null, null, null, null, said(Sample.json("['audio']"))), null);
        refused(null, new Request.Context(null, null, null, null, said("resp_1"), null, null, null));
        refused(null, new Request.Context(null, null, null, null, null, null, said("cachedContents/1"), null));
    }

    @Test
    void whatHasNoWordIsLost() {
        Request.Output output = new Request.Output(
                null,
                new Said<>(AT.member("stop"), List.of("\n", "end")),
                said(1),
                new Said<>(AT.member("format"), new OutputFormat.JsonObject()),
                new Said<>(AT.member("verbosity"), "low"),
                new Said<>(AT.member("logprobs"), 3),
                said(Sample.json("['TEXT']")));
        Request.Context context = new Request.Context(
                null,
                new Said<>(AT.member("metadata"), Json.Obj.EMPTY),
                new Said<>(AT.member("service_tier"), "flex"),
                new Said<>(AT.member("store"), true),
                null,
                new Said<>(AT.member("prompt_cache_key"), "k"),
                null,
                new Said<>(AT.member("safetySettings"), Json.Obj.EMPTY));
        Json.Obj body = written(Sample.with(Request.Tools.NONE, null, output, null, context), Sample.ALL);
        assertEquals("['end']", words(body.get("stop_sequences")));
        assertEquals(
                List.of(
                        "x.format",
                        "x.verbosity",
                        "x.logprobs",
                        "x.stop[]",
                        "x.metadata",
                        "x.service_tier",
                        "x.store",
                        "x.prompt_cache_key",
                        "x.safetySettings"),
                losses.requestFields());
    }

    @Test
    void aSchemaOfGeminisIsSaidInJsonSchema() {
        OutputFormat format =
                new OutputFormat.JsonSchema("answer", null, Sample.object("{'type':'OBJECT'}"), true, null);
        Request.Output output = new Request.Output(null, null, null, said(format), null, null, null);
        Request request = Sample.with(Request.Tools.NONE, null, output, null, null);
        assertEquals(
                "{'format':{'type':'json_schema','schema':{'type':'object'}}}",
                member("output_config", request, Sample.ALL));
        assertEquals("", member("output_config", request, Sample.without(Takes.STRUCTURED_OUTPUT)));
        assertEquals(List.of("x"), losses.requestFields());
    }

    @Test
    void toolsOfOthersBecomeFunctions() {
        Tool custom =
                new Tool.Custom(AT, null, "sh", Json.Text.of("d"), new Said<>(AT.member("format"), Json.Obj.EMPTY));
        Tool loose = new Tool.Function(
                AT,
                null,
                "f",
                null,
                Sample.object("{'properties':{}}"),
                false,
                new Said<>(AT.member("strict"), true),
                null);
        Request request =
                Sample.with(new Request.Tools(List.of(RUN, custom, loose), null, null), null, null, null, null);
        assertEquals(
                "[{'name':'run','input_schema':{'type':'object'}},"
                        + "{'name':'sh','description':'d','input_schema':{'type':'object','properties':{'input':"
                        + "{'type':'string'}},'required':['input'],'additionalProperties':false}},"
                        + "{'name':'f','input_schema':{'type':'object','properties':{}}}]",
                member("tools", request, Sample.without(Takes.STRICT_TOOLS)));
        assertEquals(List.of("x.format", "x.strict"), losses.requestFields());
    }

    @Test
    void builtInToolsCrossWhereBothSidesHaveThem() {
        Tool search = builtIn("web_search", Tool.BuiltIn.Ability.WEB_SEARCH);
        Tool code = builtIn("code_interpreter", Tool.BuiltIn.Ability.CODE_EXECUTION);
        Request request = Sample.with(new Request.Tools(List.of(search, code), null, null), null, null, null, null);
        assertEquals("[{'type':'web_search_20250305','name':'web_search'}]", member("tools", request, Sample.ALL));
        assertEquals(List.of("x"), losses.requestFields());
        Request.Tools demanded =
                new Request.Tools(List.of(code), new Said<>(AT, new ToolChoice.Named("code_interpreter")), null);
        refused(Sample.with(demanded, null, null, null, null));
        Request.Tools other = new Request.Tools(List.of(builtIn("computer", Tool.BuiltIn.Ability.OTHER)), null, null);
        refused(Sample.with(other, null, null, null, null));
    }

    @Test
    void allowedToolsAreTheOnlyOnesSent() {
        Tool other = new Tool.Function(AT, null, "other", null, null, false, null, null);
        Request.Tools tools = new Request.Tools(
                List.of(RUN, other),
                new Said<>(AT, new ToolChoice.Allowed(List.of("other"), true)),
                new Said<>(AT, false));
        Json.Obj body = written(Sample.with(tools, null, null, null, null), Sample.ALL);
        assertEquals("[{'name':'other','input_schema':{'type':'object'}}]", words(body.get("tools")));
        assertEquals("{'type':'any','disable_parallel_tool_use':true}", words(body.get("tool_choice")));
    }

    @Test
    void oneCallAtATimeNeedsAChoice() {
        Request.Tools tools = new Request.Tools(List.of(RUN), null, new Said<>(AT, false));
        Request request = Sample.with(tools, null, null, null, null);
        assertEquals("{'type':'auto','disable_parallel_tool_use':true}", member("tool_choice", request, Sample.ALL));
        Request.Tools parallel = new Request.Tools(List.of(RUN), null, new Said<>(AT, true));
        assertEquals("", member("tool_choice", Sample.with(parallel, null, null, null, null), Sample.ALL));
    }

    private static Tool builtIn(String type, Tool.BuiltIn.Ability ability) {
        return new Tool.BuiltIn(AT, Protocol.RESPONSES, type, ability, Sample.object("{'type':'" + type + "'}"));
    }

    private static Thinking budget(long tokens) {
        return thinking(new Thinking.Mode.Budget(tokens), null, null);
    }

    private static Thinking thinking(
            Thinking.@Nullable Mode mode, Thinking.@Nullable Effort effort, Thinking.@Nullable Display display) {
        return new Thinking(
                mode == null ? null : new Said<>(Path.ROOT.member("mode"), mode),
                effort == null ? null : new Said<>(Path.ROOT.member("effort"), effort),
                display == null ? null : new Said<>(Path.ROOT.member("display"), display),
                true);
    }

    private static Said<Json.Num> number(String name, String digits) {
        return new Said<>(Path.ROOT.member(name), (Json.Num) Sample.json(digits));
    }

    private static <T> Said<T> said(T value) {
        return new Said<>(AT, value);
    }

    private String thinks(Thinking thinking, Destination destination) {
        Json.Obj body = written(Sample.with(Request.Tools.NONE, null, null, thinking, null), destination);
        return words(body.get("thinking")) + " " + words(body.get("output_config"));
    }

    private String member(String name, Request request, Destination destination) {
        return words(written(request, destination).get(name));
    }

    /** Anew, with losses of its own. */
    private Json.Obj written(Request request, Destination destination) {
        losses = new Losses();
        return Sample.written(request, destination, losses);
    }

    private void refused(Request.@Nullable Output output, Request.@Nullable Context context) {
        refused(Sample.with(Request.Tools.NONE, null, output, null, context));
    }

    private void refused(Request request) {
        assertInstanceOf(Outcome.NotExpressible.class, Sample.writing(request, Sample.ALL, losses));
    }

    private static String words(@Nullable Json value) {
        return value == null ? "" : Sample.text(value).replace('"', '\'');
    }
}
