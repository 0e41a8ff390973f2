package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.WholeReader;
import dev.tollgate.dialects.conversation.Answer;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the answer that comes at once. It has no id of its own, and does not name its model. */
final class ConverseWholeReader implements WholeReader {
    static final String OURS = "only Bedrock knows it";
    /** As the ids of Claude's answers on Bedrock begin; Converse gives none, and clients expect one. */
    static final String ID_PREFIX = "msg_bdrk_";

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
        List<Part> parts = message(fields, exchange, reading);
        boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
        Stop stop = StopReasons.of(fields.required("stopReason"), calls);
        Usage usage = UsageFigures.read(fields, reading);
        String tier = bookkeeping(fields, reading);
        fields.end();
        return reading.outcome(new Answer(
                exchange.mint().id(ID_PREFIX),
                null,
                exchange.mint().epochSecond(),
                List.of(new Answer.Choice(0, parts, stop, List.of())),
                usage,
                tier,
                reading.extras()));
    }

    /** What stands beside an answer, whole or streamed; the tier at which it was served. */
    static @Nullable String bookkeeping(Fields fields, Reading reading) {
        fields.skip("metrics");
        fields.skip("performanceConfig");
        fields.extra("additionalModelResponseFields", Extra.Weight.HINT, OURS);
        fields.extra("trace", Extra.Weight.HINT, OURS);
        Json.Obj tier = fields.object("serviceTier");
        return tier == null ? null : new Fields(fields.at("serviceTier"), tier, reading).string("type");
    }

    private static List<Part> message(Fields fields, Exchange exchange, Reading reading) {
        Json.Obj output = fields.object("output");
        Json.Obj message = output == null ? null : new Fields(fields.at("output"), output, reading).object("message");
        Path at = fields.at("output").member("message");
        Json.Arr content = message == null ? null : new Fields(at, message, reading).array("content");
        if (content == null) {
            reading.malformed(at.member("content"), "required, an array of content blocks.");
            return List.of();
        }
        return new BlockReader(reading, exchange.names()).blocks(at.member("content"), content);
    }
}
