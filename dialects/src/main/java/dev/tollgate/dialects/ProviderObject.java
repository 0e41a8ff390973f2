package dev.tollgate.dialects;

import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says of something that it keeps for a caller: a batch, a file.
 *
 * @param ended whether it is a batch that is processed to its end
 * @param results how many results an ended batch has, by its {@code request_counts}; 0 where it does not say
 */
public record ProviderObject(String id, boolean ended, long results) {
    private static final int LONGEST_ID = 128;
    private static final List<String> COUNTS = List.of("succeeded", "errored", "canceled", "expired");

    /** Empty where the body is none. */
    public static Optional<ProviderObject> read(byte[] body) {
        if (parse(body) instanceof Json.Obj object && object.get("id") instanceof Json.Text id && isId(id.string())) {
            boolean ended = object.get("processing_status") instanceof Json.Text status
                    && status.string().equals("ended");
            return Optional.of(new ProviderObject(id.string(), ended, results(object.get("request_counts"))));
        }
        return Optional.empty();
    }

    private static long results(@Nullable Json counts) {
        long results = 0;
        for (String name : COUNTS) {
            if (counts instanceof Json.Obj object && object.get(name) instanceof Json.Num count) {
                results += Math.clamp(count.asLong().orElse(0), 0, Integer.MAX_VALUE);
            }
        }
        return results;
    }

    /** Whether the text may stand in a path as it is. */
    public static boolean isId(String text) {
        return text.length() <= LONGEST_ID && text.matches("[A-Za-z0-9_-]+");
    }

    /**
     * The same body with another {@code results_url}, where it has one: the provider's own would lead clients past the gate, with
     * the gate's key in their hands.
     */
    public static byte[] withResultsAt(byte[] body, String url) {
        if (!(parse(body) instanceof Json.Obj object) || !(object.get("results_url") instanceof Json.Text)) {
            return body;
        }
        JsonBytes out = new JsonBytes(body.length + url.length()).beginObject();
        for (Json.Member member : object) {
            if (member.name().equals("results_url")) {
                out.field(member.name(), url);
            } else {
                out.field(member.name(), member.value());
            }
        }
        return out.endObject().toBytes();
    }

    /**
     * A page of a list, in that dialect.
     *
     * @param bodies what the provider says of each
     */
    public static byte[] page(Dialect dialect, List<byte[]> bodies, boolean more) {
        JsonBytes out = new JsonBytes(1_024).beginObject();
        if (dialect == Dialect.OPENAI) {
            out.field("object", "list");
        }
        out.name("data").beginArray();
        for (byte[] body : bodies) {
            out.value(parse(body));
        }
        out.endArray().field("has_more", more);
        id(out, "first_id", bodies.isEmpty() ? new byte[0] : bodies.getFirst());
        id(out, "last_id", bodies.isEmpty() ? new byte[0] : bodies.getLast());
        return out.endObject().toBytes();
    }

    private static void id(JsonBytes out, String name, byte[] body) {
        out.name(name);
        read(body).ifPresentOrElse(object -> out.text(object.id()), out::nothing);
    }

    private static Json parse(byte[] body) {
        return Json.parse(body, 0, body.length) instanceof ParsedJson.Whole(Json value) ? value : Json.Null.NULL;
    }
}
