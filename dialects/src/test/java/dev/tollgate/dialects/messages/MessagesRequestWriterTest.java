package dev.tollgate.dialects.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.dialects.codec.CallIds;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The conversation of a request that came from another protocol. */
class MessagesRequestWriterTest {
    private static final Path AT = Sample.AT;

    private final Losses losses = new Losses();

    @Test
    void thinkingOfOthersIsLeftOutAndTold() {
        Part foreign = new Part.Reasoning(
                AT, true, List.of(text("hm")), new Signature(Protocol.RESPONSES, "rs_1", "gAAA"), false);
        assertEquals(
                "[{'type':'text','text':'b'}]", content(Turn.Role.ASSISTANT, foreign, Part.Text.of(AT, text("b"))));
        assertEquals(List.of("x"), losses.requestFields());
    }

    @Test
    void blankTextIsLeftOut() {
        assertEquals(
                "[{'type':'text','text':'b'}]",
                content(
                        Turn.Role.USER,
                        Part.Text.of(AT, text("")),
                        Part.Text.of(AT.member("y"), text(" \n")),
                        Part.Text.of(AT, text("b"))));
        assertEquals(List.of("x.y"), losses.requestFields());
    }

    @Test
    void aRefusalIsText() {
        assertEquals("[{'type':'text','text':'no'}]", content(Turn.Role.ASSISTANT, new Part.Refusal(AT, text("no"))));
    }

    @Test
    void callsAndResultsHaveIdsThatAnthropicTakes() {
        Request request = Sample.request(
                List.of(),
                List.of(
                        new Turn(
                                AT,
                                Turn.Role.ASSISTANT,
                                List.of(call("functions.run:0", new ToolInput.Encoded(text("{\"a\": 1}"))))),
                        new Turn(AT, Turn.Role.USER, List.of(result("functions.run:0", Part.Text.of(AT, text("ok")))))),
                List.of());
        String written = words(Sample.written(request, Sample.ALL, losses).get("messages"));
        String id = CallIds.plain("functions.run:0");
        assertEquals(true, id.matches("[a-zA-Z0-9_-]+"), id);
        assertEquals(
                "[{'role':'assistant','content':[{'type':'tool_use','id':'" + id + "','name':'run','input':{'a': 1}}]},"
                        + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'" + id
                        + "','content':[{'type':'text','text':'ok'}]}]}]",
                written);
    }

    @Test
    void argumentsThatAreNoObjectStandInOne() {
        assertEquals(
                "[{'type':'tool_use','id':'c','name':'run','input':{'input':'oops'}}]",
                content(Turn.Role.ASSISTANT, call("c", new ToolInput.Encoded(text("oops")))));
        assertEquals(List.of("x"), losses.requestFields());
        assertEquals(
                "[{'type':'tool_use','id':'c','name':'run','input':{}}]",
                content(Turn.Role.ASSISTANT, call("c", new ToolInput.Encoded(text("")))));
        assertEquals(
                "[{'type':'tool_use','id':'c','name':'run','input':{'input':'ls'}}]",
                content(Turn.Role.ASSISTANT, call("c", new ToolInput.Free(text("ls")))));
    }

    @Test
    void instructionsWithinTheConversationStandWhereTheModelTakesThem() {
        Turn user = new Turn(AT, Turn.Role.USER, List.of(Part.Text.of(AT, text("a"))));
        Turn assistant = new Turn(AT, Turn.Role.ASSISTANT, List.of(Part.Text.of(AT, text("b"))));
        Turn system = new Turn(AT, Turn.Role.SYSTEM, List.of(Part.Text.of(AT, text("s"))));
        assertEquals("user system assistant", roles(Sample.ALL, user, system, assistant));
        assertEquals("user system", roles(Sample.ALL, user, system, system));
        assertEquals(List.of(), losses.list());
        assertEquals("user assistant user", roles(Sample.ALL, user, assistant, system));
        assertEquals("user", roles(Sample.ALL, user, system, user));
        assertEquals("user assistant", roles(Sample.without(Destination.Takes.SYSTEM_TURNS), user, system, assistant));
        assertEquals(List.of("x.role"), losses.requestFields());
    }

    @Test
    void resultsStayFirstWhenInstructionsBecomeTheUsersText() {
        Turn call = new Turn(AT, Turn.Role.ASSISTANT, List.of(call("c", new ToolInput.Plain(Json.Obj.EMPTY))));
        Turn system = new Turn(AT, Turn.Role.SYSTEM, List.of(Part.Text.of(AT, text("s"))));
        Turn result = new Turn(AT, Turn.Role.USER, List.of(result("c")));
        Request request = Sample.request(List.of(), List.of(call, system, result), List.of());
        Json.Arr messages = array(Sample.written(request, Sample.ALL, losses).get("messages"));
        assertEquals(
                "{'role':'user','content':[{'type':'tool_result','tool_use_id':'c'},{'type':'text','text':'s'}]}",
                words(messages.items().get(1)));
    }

    @Test
    void instructionsAloneAreSaidByTheUser() {
        Request request = Sample.request(List.of(Part.Text.of(AT, text("s"))), List.of(), List.of());
        Json.Obj body = Sample.written(request, Sample.ALL, losses);
        assertEquals("[{'role':'user','content':[{'type':'text','text':'s'}]}]", words(body.get("messages")));
        assertEquals(null, body.get("system"));
        refused("messages", Sample.request(List.of(), List.of(), List.of()), Sample.ALL);
    }

    @Test
    void theLastFourBreakpointsAreKept() {
        Part[] parts = new Part[6];
        for (int i = 0; i < parts.length; i++) {
            CacheHint hint = new CacheHint(AT.element(i), CacheHint.Ttl.UNSAID);
            parts[i] = new Part.Text(AT, text("t" + i), List.of(), hint, null);
        }
        String written = content(Turn.Role.USER, parts);
        assertEquals(4, written.split("cache_control", -1).length - 1);
        assertEquals(true, written.startsWith("[{'type':'text','text':'t0'},{'type':'text','text':'t1'},"), written);
        assertEquals("x[0]", losses.list().getFirst().at().toString());
    }

    @Test
    void imagesThatAnthropicDoesNotTakeAreRefused() {
        refused("x", media(Part.Media.Kind.IMAGE, "image/tiff", base64("AAAA")), Sample.ALL);
        refused("x", media(Part.Media.Kind.IMAGE, null, base64("AAAA")), Sample.ALL);
        refused("x", media(Part.Media.Kind.IMAGE, null, new Part.Source.FileId(Protocol.RESPONSES, "f")), Sample.ALL);
        refused(
                "x",
                media(Part.Media.Kind.IMAGE, null, new Part.Source.Url(text("https://e.org"))),
                Sample.without(Destination.Takes.MEDIA_URL));
        refused("x", media(Part.Media.Kind.AUDIO, "audio/wav", base64("AAAA")), Sample.ALL);
        refused("x", media(Part.Media.Kind.VIDEO, "video/mp4", base64("AAAA")), Sample.ALL);
        refused(
                "x",
                media(Part.Media.Kind.DOCUMENT, "application/pdf", base64("AAAA")),
                Sample.without(Destination.Takes.DOCUMENTS));
        refused("x", media(Part.Media.Kind.DOCUMENT, "application/msword", base64("AAAA")), Sample.ALL);
    }

    @Test
    void encodedTextBecomesTheTextItself() {
        Request request = media(Part.Media.Kind.DOCUMENT, "text/markdown", base64("IyBIw6k="));
        assertEquals(
                "[{'type':'document','source':{'type':'text','media_type':'text/plain','data':'# Hé'}}]",
                contentOf(request));
        refused("x", media(Part.Media.Kind.DOCUMENT, "text/plain", base64("/w==")), Sample.ALL);
    }

    @Test
    void anImagesDetailAndNameAreLost() {
        Part.Media image = new Part.Media(
                AT,
                Part.Media.Kind.IMAGE,
                "image/png",
                new Part.Source.Base64(text("AAAA")),
                new Said<>(AT.member("name"), text("n")),
                new Said<>(AT.member("detail"), "low"),
                null,
                null,
                null,
                new Signature(Protocol.GENERATE_CONTENT, null, "CiQB"));
        content(Turn.Role.USER, image);
        assertEquals(List.of("x", "x.detail", "x.name"), losses.requestFields());
    }

    @Test
    void opaquePartsOfOthersGoByTheirWeight() {
        Part hint = opaque(Extra.Weight.HINT);
        assertEquals("[{'type':'text','text':'b'}]", content(Turn.Role.ASSISTANT, hint, Part.Text.of(AT, text("b"))));
        assertEquals(List.of("x"), losses.requestFields());
        refused("x", Sample.saying(Turn.Role.ASSISTANT, opaque(Extra.Weight.ESSENTIAL)), Sample.ALL);
    }

    @Test
    void namesThatAnthropicDoesNotTakeAreMadeToFitEverywhere() {
        Tool tool = new Tool.Function(AT, "files", "read file", null, null, false, null, null);
        Part.ToolCall call =
                new Part.ToolCall(AT, "c", "files", "read file", new ToolInput.Plain(Json.Obj.EMPTY), null, null);
        Request request =
                Sample.request(List.of(), List.of(new Turn(AT, Turn.Role.ASSISTANT, List.of(call))), List.of(tool));
        Json.Obj body = Sample.written(request, Sample.ALL, losses);
        String name = words(((Json.Obj) array(body.get("tools")).items().getFirst()).get("name"))
                .replace("'", "");
        assertEquals(true, name.matches("files__read_file_[0-9a-f]{8}"), name);
        assertEquals(true, words(body.get("messages")).contains("'name':'" + name + "'"));
    }

    private static Part opaque(Extra.Weight weight) {
        return new Part.Opaque(AT, Protocol.GENERATE_CONTENT, "executableCode", Json.Obj.EMPTY, weight);
    }

    private static Request media(Part.Media.Kind kind, @Nullable String type, Part.Source source) {
        return Sample.saying(
                Turn.Role.USER, new Part.Media(AT, kind, type, source, null, null, null, null, null, null));
    }

    private static Part.Source base64(String data) {
        return new Part.Source.Base64(text(data));
    }

    private static Part call(String id, ToolInput input) {
        return new Part.ToolCall(AT, id, null, "run", input, null, null);
    }

    private static Part result(String id, Part... content) {
        return Sample.result(AT, id, List.of(content), null, null);
    }

    private void refused(String at, Request request, Destination destination) {
        Outcome<byte[]> outcome = Sample.writing(request, destination, losses);
        assertEquals(
                at, assertInstanceOf(Outcome.NotExpressible.class, outcome).at().toString());
    }

    private String roles(Destination destination, Turn... turns) {
        Json.Obj body = Sample.written(Sample.request(List.of(), List.of(turns), List.of()), destination, losses);
        return String.join(
                " ",
                array(body.get("messages")).items().stream()
                        .map(each -> words(((Json.Obj) each).get("role")).replace("'", ""))
                        .toList());
    }

    private String content(Turn.Role role, Part... parts) {
        return contentOf(Sample.saying(role, parts));
    }

    private String contentOf(Request request) {
        Json.Arr messages = array(Sample.written(request, Sample.ALL, losses).get("messages"));
        return words(((Json.Obj) messages.items().getFirst()).get("content"));
    }

    private static Json.Arr array(@Nullable Json value) {
        return (Json.Arr) Sample.given(value);
    }

    private static Json.Text text(String text) {
        return Json.Text.of(text);
    }

    private static String words(@Nullable Json value) {
        return value == null ? "" : Sample.text(value).replace('"', '\'');
    }
}
