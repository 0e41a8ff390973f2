package dev.tollgate.dialects.chat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden documents of this protocol, which every other is converted from, are whole conversations to its own readers. */
class ChatGoldenTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "system-blocks",
                "images",
                "documents",
                "tools",
                "tool-choice",
                "parallel-tools",
                "tool-results",
                "signatures-home",
                "structured",
                "sampling",
                "stops",
                "n",
                "logprobs",
                "citations"
            })
    void aRequestIsReadAndWrittenWithoutLoss(String feature) {
        byte[] body = ChatKit.golden(feature + "/chat.request.json");
        Request request = ChatKit.done(ChatKit.tryRead(body));
        assertEquals(List.of(), request.extras());
        Losses losses = new Losses();
        byte[] written = ChatKit.done(ChatKit.tryWrite(request, ChatKit.OPENAI, losses));
        assertEquals(List.of(), losses.list());
        Request again = ChatKit.done(ChatKit.tryRead(written));
        assertEquals(
                new String(written, UTF_8),
                new String(ChatKit.done(ChatKit.tryWrite(again, ChatKit.OPENAI, losses)), UTF_8));
    }

    /** The parts and stops of a stream and of the whole answer of the same feature are the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "tools",
                "parallel-tools",
                "thinking",
                "signatures-home",
                "n",
                "logprobs",
                "citations",
                "refusal",
                "usage"
            })
    void aStreamSaysTheSameAsTheWholeAnswer(String feature) {
        byte[] body = ChatKit.golden(feature + "/chat.answer.json");
        Answer answer = ChatKit.done(ChatKit.CODEC.wholeReader().read(body, 0, body.length, ChatKit.exchange()));
        List<Event> events = ChatKit.events(ChatKit.golden(feature + "/chat.events.sse"), 64, ChatKit.exchange());
        for (Answer.Choice choice : answer.choices()) {
            assertEquals(texts(choice), texts(events, choice.index()));
            assertEquals(choice.stop(), stop(events, choice.index()));
        }
    }

    private static List<String> texts(Answer.Choice choice) {
        List<String> texts = new ArrayList<>();
        for (Part part : choice.parts()) {
            texts.add(
                    switch (part) {
                        case Part.Text text -> "text " + text.text().string();
                        case Part.Reasoning reasoning ->
                            "reasoning " + reasoning.paragraphs().getFirst().string();
                        case Part.Refusal refusal -> "refusal " + refusal.text().string();
                        case Part.ToolCall call ->
                            call.name() + " " + call.input().asText().string();
                        default -> throw new AssertionError(part);
                    });
        }
        return texts;
    }

    private static List<String> texts(List<Event> events, int choice) {
        List<String> texts = new ArrayList<>();
        for (Event event : events) {
            switch (event) {
                case Event.PartStarted(int of, int _, var opening)
                when of == choice ->
                    texts.add(
                            switch (opening) {
                                case Event.Opening.Text _ -> "text ";
                                case Event.Opening.Reasoning _ -> "reasoning ";
                                case Event.Opening.Refusal _ -> "refusal ";
                                case Event.Opening.ToolCall call -> call.name() + " ";
                                case Event.Opening.Whole whole -> throw new AssertionError(whole);
                            });
                case Event.TextDelta(int of, int _, Json.Text text, var _) when of == choice -> append(texts, text);
                case Event.ReasoningDelta(int of, int _, int _, Json.Text text)
                when of == choice -> append(texts, text);
                case Event.RefusalDelta(int of, int _, Json.Text text) when of == choice -> append(texts, text);
                case Event.InputDelta(int of, int _, Json.Text text) when of == choice -> append(texts, text);
                default -> {}
            }
        }
        return texts;
    }

    private static void append(List<String> texts, Json.Text more) {
        texts.set(texts.size() - 1, texts.getLast() + more.string());
    }

    private static Stop stop(List<Event> events, int choice) {
        for (Event event : events) {
            if (event instanceof Event.ChoiceEnded(int of, Stop stop) && of == choice) {
                return stop;
            }
        }
        throw new AssertionError("no end of choice " + choice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"thinking"})
    void earlierReasoningIsTheOnlyLoss(String feature) {
        Request request = ChatKit.done(ChatKit.tryRead(ChatKit.golden(feature + "/chat.request.json")));
        Losses losses = new Losses();
        byte[] written = ChatKit.done(ChatKit.tryWrite(request, ChatKit.OPENAI, losses));
        assertEquals(List.of("messages[].reasoning_content"), losses.requestFields());
        assertEquals(true, Json.parse(written, 0, written.length) instanceof ParsedJson.Whole);
    }
}
