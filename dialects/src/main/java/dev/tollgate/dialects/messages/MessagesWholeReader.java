package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.codec.WholeReader;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;

/** Reads a message, the answer that comes at once. */
final class MessagesWholeReader implements WholeReader {
    @Override
    public Outcome<Answer> read(byte[] body, int offset, int length, Exchange exchange) {
        return switch (Json.parse(body, offset, offset + length)) {
            case ParsedJson.Broken(String problem) -> new Outcome.Malformed<>("body: " + problem + ".");
            case ParsedJson.Whole(Json.Obj object) -> read(object, exchange);
            case ParsedJson.Whole _ -> new Outcome.Malformed<>("body: a JSON object is expected.");
        };
    }

    private static Outcome<Answer> read(Json.Obj object, Exchange exchange) {
        Reading reading = new Reading();
        Fields fields = new Fields(Path.ROOT, object, reading);
        if (!"message".equals(fields.string("type"))) {
            reading.malformed(fields.at("type"), "\"message\" is expected.");
        }
        fields.skip("role");
        List<Part> parts = new ArrayList<>();
        BlockReader blocks = new BlockReader(reading);
        for (Part part : blocks.content(fields.at("content"), fields.array("content"), BlockReader.Place.ASSISTANT)) {
            parts.add(part instanceof Part.ToolCall call ? asClientKnows(call, exchange.names()) : part);
        }
        Stop stop = StopReasons.read(fields, reading);
        if (stop == null) {
            reading.malformed(fields.at("stop_reason"), "required, a string.");
            stop = Stop.of(Stop.Reason.OTHER, "");
        }
        UsageFigures figures = new UsageFigures();
        boolean figured = figures.read(fields, reading);
        String id = fields.required("id");
        String model = fields.string("model");
        for (String ours : List.of("container", "context_management", "diagnostics", "input_transformations")) {
            fields.extra(ours, Extra.Weight.HINT, "only Anthropic knows it");
        }
        fields.end();
        return reading.outcome(new Answer(
                id,
                model,
                -1,
                List.of(new Answer.Choice(0, parts, stop, List.of())),
                figured ? figures.usage() : null,
                figures.serviceTier(),
                reading.extras()));
    }

    private static Part asClientKnows(Part.ToolCall call, ToolNames names) {
        ToolNames.Named named = names.atClient(call.name());
        return new Part.ToolCall(
                call.at(),
                call.id(),
                named.namespace(),
                named.name(),
                named.free() ? call.input().freed() : call.input(),
                call.cache(),
                call.signature());
    }
}
