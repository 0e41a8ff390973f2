package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.EventReader;
import dev.tollgate.dialects.codec.Exchange;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.conversation.EventSink;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a streamed answer. Nothing on the wire says the end: it has come when every candidate has its {@code
 * finishReason} and the usage is there, or the provider has closed after that.
 */
final class GeminiEventReader implements EventReader {
    /** An image in an answer comes in one chunk. */
    private static final int LONGEST_CHUNK = 32 << 20;

    /** What one chunk says. */
    private record Chunk(
            @Nullable String id,
            @Nullable String model,
            long created,
            List<CandidateReader.Candidate> candidates,
            @Nullable Stop blocked,
            @Nullable Usage usage) {}

    private final Exchange exchange;
    private final boolean mayCite;
    private final int expected;
    private final ChunkFramer framer = new ChunkFramer(LONGEST_CHUNK);
    private final TreeMap<Integer, StreamedCandidate> candidates = new TreeMap<>();
    private @Nullable Usage usage;
    private long searches;
    private boolean started;
    private boolean over;

    GeminiEventReader(Exchange exchange) {
        this.exchange = exchange;
        this.mayCite = exchange.request().tools().list().stream().anyMatch(Tool.BuiltIn.class::isInstance);
        var choices = exchange.request().output().choices();
        this.expected = choices == null ? 1 : choices.value();
    }

    @Override
    public void feed(byte[] bytes, int offset, int length, EventSink sink) {
        if (!over && !framer.feed(bytes, offset, length, (of, from, to) -> chunk(of, from, to, sink))) {
            fail(ErrorKind.BAD_GATEWAY, "The provider sent a chunk that is too long.", sink);
        }
    }

    @Override
    public void end(EventSink sink) {
        if (!over) {
            framer.end((of, from, to) -> chunk(of, from, to, sink));
        }
        if (!over && !candidates.isEmpty() && allFinished()) {
            finish(sink);
        } else {
            fail(ErrorKind.BAD_GATEWAY, "The provider closed the stream before the answer was complete.", sink);
        }
    }

    private void chunk(byte[] bytes, int from, int to, EventSink sink) {
        if (over) {
            return;
        }
        switch (Json.parse(bytes, from, to)) {
            case ParsedJson.Broken(String problem) ->
                fail(ErrorKind.BAD_GATEWAY, "The provider sent a chunk that is no JSON: " + problem + ".", sink);
            case ParsedJson.Whole(Json.Obj object) -> {
                Json error = object.get("error");
                if (error == null || error instanceof Json.Null) {
                    chunk(object, sink);
                } else {
                    ProviderError failed = GeminiErrorReader.read(200, error);
                    fail(failed.kind(), failed.message(), sink);
                }
            }
            case ParsedJson.Whole _ ->
                fail(ErrorKind.BAD_GATEWAY, "The provider sent a chunk that is no object.", sink);
        }
    }

    private void chunk(Json.Obj object, EventSink sink) {
        Reading reading = new Reading();
        Chunk chunk = read(object, reading);
        if (reading.outcome(chunk) instanceof Outcome.Malformed<Chunk>(String message)) {
            fail(ErrorKind.BAD_GATEWAY, "The provider sent a malformed chunk: " + message, sink);
            return;
        }
        for (Extra extra : reading.extras()) {
            exchange.losses().answer(extra);
        }
        if (chunk.usage() != null) {
            usage = chunk.usage();
        }
        start(chunk, sink);
        for (CandidateReader.Candidate candidate : chunk.candidates()) {
            candidates
                    .computeIfAbsent(
                            candidate.index(), index -> new StreamedCandidate(index, mayCite, exchange.losses()))
                    .read(candidate, sink);
        }
        if (chunk.blocked() != null && candidates.isEmpty()) {
            candidates.put(0, StreamedCandidate.blocked(chunk.blocked(), exchange.losses()));
        }
        boolean all = chunk.blocked() != null || candidates.size() >= expected;
        if (all && chunk.usage() != null && allFinished()) {
            finish(sink);
        }
    }

    private Chunk read(Json.Obj object, Reading reading) {
        Fields fields = Fields.eitherSpelling(Path.ROOT, object, reading);
        CandidateReader reader = new CandidateReader(exchange, reading);
        List<CandidateReader.Candidate> read = new ArrayList<>();
        for (Item item : Item.of(fields, "candidates")) {
            CandidateReader.Candidate candidate = reader.read(item);
            if (candidate != null) {
                read.add(candidate);
                searches = Math.max(searches, candidate.grounding().searches());
            }
        }
        Stop blocked = GeminiWholeReader.blocked(fields, reading);
        String id = fields.string("responseId");
        String model = fields.string("modelVersion");
        long created = GeminiWholeReader.created(fields.string("createTime"));
        Usage figures = UsageFields.read(fields, reading, searches);
        fields.extra("modelStatus", Extra.Weight.HINT, "only Gemini knows it");
        fields.end();
        return new Chunk(id, model, created, read, blocked, figures);
    }

    private void start(Chunk chunk, EventSink sink) {
        if (!started) {
            started = true;
            String id =
                    chunk.id() == null || chunk.id().isEmpty() ? exchange.mint().id("resp_") : chunk.id();
            sink.accept(new Event.Started(id, chunk.model(), chunk.created(), usage));
        }
    }

    private boolean allFinished() {
        return !candidates.isEmpty() && candidates.values().stream().allMatch(StreamedCandidate::finished);
    }

    private void finish(EventSink sink) {
        over = true;
        candidates.values().forEach(candidate -> candidate.close(sink));
        if (usage != null) {
            sink.accept(new Event.UsageReported(usage));
        }
        candidates.values().forEach(candidate -> candidate.end(sink));
        sink.accept(new Event.Ended());
    }

    private void fail(ErrorKind kind, String message, EventSink sink) {
        if (!over) {
            over = true;
            sink.accept(new Event.Failed(kind, message));
        }
    }
}
