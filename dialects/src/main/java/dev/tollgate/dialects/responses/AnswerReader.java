package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.WholeReader;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a whole response object. */
final class AnswerReader implements WholeReader {
    @Override
    public Outcome<Answer> read(byte[] body, int offset, int length, Exchange exchange) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: not JSON: " + problem);
            case ParsedJson.Whole(Json.Obj object) -> read(object, exchange);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: an object is expected.");
        };
    }

    private static Outcome<Answer> read(Json.Obj object, Exchange exchange) {
        Reading reading = new Reading();
        Fields response = new Fields(Path.ROOT, object, reading);
        if (object.get("error") instanceof Json.Obj && object.get("id") == null) {
            return new Outcome.Malformed<>("error: a response is expected.");
        }
        ResponseHead head = ResponseHead.read(response, reading);
        if (head.failure() != null) {
            return new Outcome.Malformed<>("error: " + head.failure().message());
        }
        if (!head.status().equals("completed") && !head.status().equals("incomplete")) {
            reading.malformed(response.at("status"), "completed or incomplete is expected.");
        }
        ContentReader content = new ContentReader(reading);
        List<Part> parts = new ArrayList<>();
        Json.Arr output = response.array("output");
        if (output == null) {
            reading.malformed(response.at("output"), "required, an array.");
        } else {
            items(output, response.at("output"), reading, new ItemReader(reading, content, exchange.names()), parts);
        }
        Usage usage = UsageForm.read(response, reading, output == null ? 0 : searches(output));
        response.end();
        Stop stop = Words.stop(
                head.incomplete(),
                parts.stream().anyMatch(Part.ToolCall.class::isInstance),
                parts.stream().anyMatch(Part.Refusal.class::isInstance));
        Answer.Choice choice = new Answer.Choice(0, parts, stop, content.logprobs());
        return reading.outcome(new Answer(
                head.id(),
                head.model(),
                head.createdEpochSecond(),
                List.of(choice),
                usage,
                head.serviceTier(),
                reading.extras()));
    }

    private static void items(Json.Arr output, Path at, Reading reading, ItemReader items, List<Part> into) {
        for (int i = 0; i < output.items().size(); i++) {
            Path place = at.element(i);
            if (output.items().get(i) instanceof Json.Obj object) {
                Fields item = new Fields(place, object, reading);
                into.addAll(items.read(item.required("type"), item, object));
            } else {
                reading.malformed(place, "an object is expected.");
            }
        }
        List<Part> signed = items.signed(List.copyOf(into));
        into.clear();
        into.addAll(signed);
    }

    private static long searches(Json.Arr output) {
        return output.items().stream().filter(AnswerReader::isSearch).count();
    }

    /** Opening a page is no search. */
    static boolean isSearch(Json item) {
        return item instanceof Json.Obj object
                && is(object.get("type"), "web_search_call")
                && (!(object.get("action") instanceof Json.Obj action)
                        || action.get("type") == null
                        || is(action.get("type"), "search"));
    }

    private static boolean is(@Nullable Json value, String word) {
        return value instanceof Json.Text text && text.string().equals(word);
    }
}
