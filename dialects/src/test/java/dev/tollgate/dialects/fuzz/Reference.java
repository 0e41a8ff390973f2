package dev.tollgate.dialects.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What others make of the same bytes: the JDK of UTF-8, Jackson of JSON, and the plainest reader of server-sent events. */
public final class Reference {
    /** Limits other than the depth are ours alone. */
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(100)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(JSON).build();
    private static final JsonMapper UNIQUE_NAMES = JsonMapper.builder(JSON)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Reference() {}

    /** Where the JDK finds what is no UTF-8, or -1. */
    static int firstInvalid(byte[] bytes) {
        CharsetDecoder decoder = UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean malformed =
                decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true).isMalformed();
        return malformed ? in.position() : -1;
    }

    /** The one whole JSON value that the bytes are, strictly. */
    public static Optional<JsonNode> json(byte[] bytes) {
        return json(MAPPER, bytes);
    }

    /** The same, if moreover no object has a name twice. */
    static Optional<JsonNode> jsonOfUniqueNames(byte[] bytes) {
        return json(UNIQUE_NAMES, bytes);
    }

    private static Optional<JsonNode> json(JsonMapper mapper, byte[] bytes) {
        if (firstInvalid(bytes) >= 0) {
            return Optional.empty();
        }
        try {
            // From text: of bytes Jackson would guess the encoding, and take UTF-16 and a byte order mark.
            JsonNode value = mapper.readTree(new String(bytes, UTF_8));
            return value.isMissingNode() ? Optional.empty() : Optional.of(value);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** The data of each event, also of one that lacks its empty line. Those without data, or with empty data, are left out. */
    public static List<byte[]> events(byte[] stream) {
        String text = new String(stream, ISO_8859_1);
        String unmarked = text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text;
        List<byte[]> events = new ArrayList<>();
        List<String> data = new ArrayList<>();
        for (String line : (unmarked + "\n\n").split("\r\n|\n|\r", -1)) {
            if (line.startsWith("data:")) {
                data.add(line.startsWith("data: ") ? line.substring(6) : line.substring(5));
            } else if (line.isEmpty()) {
                String joined = String.join("\n", data);
                if (!joined.isEmpty()) {
                    events.add(joined.getBytes(ISO_8859_1));
                }
                data.clear();
            }
        }
        return events;
    }
}
