package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Citation;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.Event.Opening;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Signature;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of an answer in words, whether it came whole or as events: what a client has in the end. */
final class Assembled {
    private Assembled() {}

    static List<String> parts(Answer answer) {
        List<String> parts = new ArrayList<>();
        for (Part part : answer.choices().getFirst().parts()) {
            parts.add(
                    switch (part) {
                        case Part.Text text -> "text " + text.text().string() + raws(text.citations());
                        case Part.Reasoning of ->
                            "reasoning " + of.redacted() + " "
                                    + String.join(
                                            "",
                                            of.paragraphs().stream()
                                                    .map(Json.Text::string)
                                                    .toList()) + " "
                                    + value(of.signature());
                        case Part.ToolCall call ->
                            "call " + call.id() + " " + call.name() + " "
                                    + compact(call.input().asObject().orElseThrow());
                        default -> Pathless.of(part);
                    });
        }
        return parts;
    }

    static List<String> parts(List<Event> events) {
        List<String> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        List<Citation> citations = new ArrayList<>();
        Opening open = new Opening.Text();
        Signature signature = null;
        for (Event event : events) {
            switch (event) {
                case Event.PartStarted started -> {
                    open = started.opening();
                    text.setLength(0);
                    citations.clear();
                    signature = null;
                }
                case Event.TextDelta delta -> text.append(delta.text().string());
                case Event.ReasoningDelta delta -> text.append(delta.text().string());
                case Event.InputDelta delta -> text.append(delta.fragment().string());
                case Event.CitationAdded added -> citations.add(added.citation());
                case Event.SignatureDelta delta -> signature = delta.signature();
                case Event.PartEnded _ -> parts.add(part(open, text.toString(), citations, signature));
                default -> {}
            }
        }
        return parts;
    }

    static <E extends Event> E only(List<Event> events, Class<E> type) {
        List<E> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError(found);
        }
        return found.getFirst();
    }

    private static String part(Opening open, String text, List<Citation> citations, @Nullable Signature signature) {
        return switch (open) {
            case Opening.Text _ -> "text " + text + raws(citations);
            case Opening.Reasoning(var _, boolean redacted) ->
                "reasoning " + redacted + " " + text + " " + value(signature);
            case Opening.ToolCall call ->
                "call " + call.id() + " " + call.name() + " " + compact(text.isEmpty() ? Json.Obj.EMPTY : parsed(text));
            case Opening.Refusal _ -> "refusal " + text;
            case Opening.Whole(Part part) -> Pathless.of(part);
        };
    }

    private static Json parsed(String text) {
        return Json.Text.of(text).parseContent() instanceof ParsedJson.Whole(Json value) ? value : Json.Null.NULL;
    }

    private static String compact(Json value) {
        return Sample.text(value).replaceAll("\\s+", "");
    }

    private static String value(@Nullable Signature signature) {
        return signature == null ? "" : signature.home() + signature.value();
    }

    private static String raws(List<Citation> citations) {
        return String.join(
                "", citations.stream().map(each -> compact(each.raw())).toList());
    }
}
