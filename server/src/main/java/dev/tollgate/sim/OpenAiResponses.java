package dev.tollgate.sim;

import dev.tollgate.sim.Answer.Piece;
import dev.tollgate.sim.Answer.Stop;
import dev.tollgate.sim.Answer.Text;
import dev.tollgate.sim.Answer.Thinking;
import dev.tollgate.sim.Answer.ToolCall;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's {@code POST /v1/responses} (developers.openai.com: API reference, "Responses", "Streaming events"). */
record OpenAiResponses() implements GenerationApi {

    @Override
    public Reading read(ObjectNode body, String pathModel) {
        return OpenAiRequests.responses(body);
    }

    @Override
    public ObjectNode whole(Prompt prompt, Answer answer) {
        return ResponseObject.finished(prompt, answer);
    }

    @Override
    public Script script(Prompt prompt, Answer answer) {
        Stream<Event> events = Stream.of(
                lifecycle("response.created", ResponseObject.started(prompt, answer)),
                lifecycle("response.in_progress", ResponseObject.started(prompt, answer)));
        for (int i = 0; i < answer.pieces().size(); i++) {
            events = Stream.concat(events, itemEvents(prompt, answer, i));
        }
        String last = answer.stop() == Stop.LENGTH ? "response.incomplete" : "response.completed";
        events = Stream.concat(events, Stream.of(lifecycle(last, ResponseObject.finished(prompt, answer))));
        int deltas = answer.pieces().stream().mapToInt(Piece::deltas).sum();
        Event failure = lifecycle("response.failed", ResponseObject.failed(prompt, answer));
        return new Script(Framing.NAMED_EVENTS, deltas, events.iterator(), null, failure);
    }

    private static Event lifecycle(String type, ObjectNode response) {
        return event(type).with("response", response).done();
    }

    private static Stream<Event> itemEvents(Prompt prompt, Answer answer, int index) {
        Piece piece = answer.pieces().get(index);
        ObjectNode empty = ResponseObject.item(prompt, answer, piece, false);
        ObjectNode full = ResponseObject.item(prompt, answer, piece, true);
        String id = full.path("id").stringValue("");
        Stream<Event> inner = switch (piece) {
            case Thinking thinking -> reasoning(thinking, id, index);
            case Text text -> text(text, id, index);
            case ToolCall call -> functionCall(call, id, index);
        };
        return Stream.concat(
                Stream.concat(
                        Stream.of(event("response.output_item.added")
                                .with("output_index", index)
                                .with("item", empty)
                                .done()),
                        inner),
                Stream.of(event("response.output_item.done")
                        .with("output_index", index)
                        .with("item", full)
                        .done()));
    }

    private static Stream<Event> reasoning(Thinking thinking, String id, int index) {
        if (!thinking.shown()) {
            return Stream.empty();
        }
        String text = String.join("", thinking.chunks());
        return frame(
                within("response.reasoning_summary_part.added", id, index, "summary_index")
                        .with("part", summary("")),
                deltas(
                        "response.reasoning_summary_text.delta",
                        id,
                        index,
                        ",\"summary_index\":0",
                        "",
                        thinking.chunks().stream()),
                within("response.reasoning_summary_text.done", id, index, "summary_index")
                        .with("text", text),
                within("response.reasoning_summary_part.done", id, index, "summary_index")
                        .with("part", summary(text)));
    }

    private static Stream<Event> text(Text text, String id, int index) {
        String whole = String.join("", text.chunks());
        return frame(
                within("response.content_part.added", id, index, "content_index")
                        .with("part", ResponseObject.outputText("")),
                deltas(
                        "response.output_text.delta",
                        id,
                        index,
                        ",\"content_index\":0",
                        ",\"logprobs\":[]",
                        text.chunks().stream()),
                within("response.output_text.done", id, index, "content_index")
                        .with("text", whole)
                        .with("logprobs", Json.array()),
                within("response.content_part.done", id, index, "content_index")
                        .with("part", ResponseObject.outputText(whole)));
    }

    private static Stream<Event> functionCall(ToolCall call, String id, int index) {
        Event done = event("response.function_call_arguments.done")
                .with("item_id", id)
                .with("output_index", index)
                .with("name", call.name())
                .with("arguments", Json.text(call.arguments()))
                .done();
        return Stream.concat(
                deltas("response.function_call_arguments.delta", id, index, "", "", call.chunks().stream()),
                Stream.of(done));
    }

    private static ObjectNode summary(String text) {
        return Json.object().put("type", "summary_text").put("text", text);
    }

    private static Stream<Event> frame(Builder added, Stream<Event> deltas, Builder textDone, Builder partDone) {
        return Stream.concat(
                Stream.concat(Stream.of(added.done()), deltas), Stream.of(textDone.done(), partDone.done()));
    }

    private static Stream<Event> deltas(
            String type, String id, int index, String part, String tail, Stream<String> chunks) {
        String head = "{\"type\":\"" + type + "\",\"item_id\":\"" + id + "\",\"output_index\":" + index + part
                + ",\"delta\":";
        return chunks.map(chunk -> new Event.Delta(type, head, chunk, tail, true));
    }

    private static Builder event(String type) {
        return new Builder(type, Json.object().put("type", type));
    }

    /**
     * An event about the only part of an item.
     *
     * @param partIndex the name of that part's index
     */
    private static Builder within(String type, String id, int index, String partIndex) {
        return event(type).with("item_id", id).with("output_index", index).with(partIndex, 0);
    }

    private record Builder(String type, ObjectNode json) {

        Builder with(String field, String value) {
            json.put(field, value);
            return this;
        }

        Builder with(String field, int value) {
            json.put(field, value);
            return this;
        }

        Builder with(String field, ObjectNode value) {
            json.set(field, value);
            return this;
        }

        Builder with(String field, ArrayNode value) {
            json.set(field, value);
            return this;
        }

        Event done() {
            return new Event.Numbered(type, json);
        }
    }
}
