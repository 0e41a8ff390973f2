package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.fuzz.Cut;
import dev.tollgate.dialects.fuzz.Reference;
import dev.tollgate.dialects.fuzz.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The chunks of a stream that is one array are its elements, and mean what the same chunks mean as server-sent events. */
class ChunkFramerFuzzTest {
    /** Short, so that the limit is met often. */
    private static final int LONGEST = 2_000;

    private record Chunks(List<String> texts, boolean whole) {}

    static Stream<Arguments> seeds() {
        return Seeds.golden("/gemini.events.sse", stream -> {
            List<String> chunks = Reference.events(stream).stream()
                    .map(each -> new String(each, ISO_8859_1))
                    .toList();
            return ("[" + String.join(",\r\n", chunks) + "]").getBytes(ISO_8859_1);
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void theChunksAreTheElements(byte[] stream) {
        Chunks chunks = chunks(stream, Cut.WHOLE);
        assertEquals(chunks, chunks(stream, Cut.BYTE_BY_BYTE));
        assertEquals(chunks, chunks(stream, Cut.ANYWHERE));
        chunks.texts().forEach(text -> assertTrue(text.length() <= LONGEST));

        Optional<JsonNode> array = Reference.json(stream).filter(JsonNode::isArray);
        if (!chunks.whole() || array.isEmpty() || !array.get().valueStream().allMatch(JsonNode::isContainer)) {
            return;
        }
        List<JsonNode> read = chunks.texts().stream()
                .map(text -> Reference.json(text.getBytes(ISO_8859_1)).orElseThrow())
                .toList();
        assertEquals(array.get().valueStream().toList(), read);
        StringBuilder events = new StringBuilder(": so that it is no array\n\n");
        for (String chunk : chunks.texts()) {
            events.append("data: ")
                    .append(chunk.replace('\r', ' ').replace('\n', ' '))
                    .append("\n\n");
        }
        assertEquals(
                GeminiSupport.events(events.toString().getBytes(ISO_8859_1), 64, GeminiSupport.exchange()),
                GeminiSupport.events(stream, 64, GeminiSupport.exchange()));
    }

    private static Chunks chunks(byte[] stream, Cut cut) {
        ChunkFramer framer = new ChunkFramer(LONGEST);
        List<String> texts = new ArrayList<>();
        boolean[] whole = {true};
        cut.feed(
                stream,
                (bytes, offset, length) -> whole[0] = whole[0]
                        && framer.feed(
                                bytes,
                                offset,
                                length,
                                (of, from, to) -> texts.add(new String(of, from, to - from, ISO_8859_1))));
        if (whole[0]) {
            framer.end((of, from, to) -> texts.add(new String(of, from, to - from, ISO_8859_1)));
        }
        return new Chunks(texts, whole[0]);
    }
}
