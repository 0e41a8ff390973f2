package dev.tollgate.dialects.chat;

import static dev.tollgate.dialects.chat.ChatKit.OPENAI;
import static dev.tollgate.dialects.chat.ChatKit.PLAIN;
import static dev.tollgate.dialects.chat.ChatKit.object;
import static dev.tollgate.dialects.chat.ChatKit.request;
import static dev.tollgate.dialects.chat.ChatKit.written;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolChoice;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatToolsWriterTest extends ChatWriterCase {
    private static final Tool LOOK = new Tool.Function(AT, null, "look", null, null, false, null, null);
    private static final Tool EDIT = new Tool.Custom(AT, null, "edit", null, null);

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
}
