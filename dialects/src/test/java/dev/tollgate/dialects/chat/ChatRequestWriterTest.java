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

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Said;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.conversation.ToolInput;
import dev.tollgate.dialects.conversation.Turn;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChatRequestWriterTest extends ChatWriterCase {
    private static Part.Media media(Part.Media.Kind kind, @Nullable String type, Part.Source source) {
        return new Part.Media(AT, kind, type, source, null, null, null, null, null, null);
    }

    private static Part.Source base64() {
        return new Part.Source.Base64(Json.Text.of("QUJD"));
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
}
