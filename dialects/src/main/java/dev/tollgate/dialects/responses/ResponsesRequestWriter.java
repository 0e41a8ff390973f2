package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.codec.Losses;
import dev.tollgate.dialects.codec.Outcome;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.codec.RequestWriter;
import dev.tollgate.dialects.codec.ToolNames;
import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.List;

/** Writes the body of {@code POST /v1/responses}. */
final class ResponsesRequestWriter implements RequestWriter {
    private static final String BETWEEN_INSTRUCTIONS = "\n\n";

    @Override
    public Outcome<byte[]> write(Request request, Destination destination, ToolNames names, Losses losses) {
        Reading problems = new Reading();
        JsonBytes out = new JsonBytes(4096);
        Writing writing = new Writing(out, destination, names, losses, problems);
        out.beginObject().field("model", destination.model());
        boolean asMessage = !instructions(request.instructions(), writing);
        out.name("input").beginArray();
        InputWriter input = new InputWriter(writing, request);
        if (asMessage) {
            input.instructions(request.instructions());
        }
        input.turns(request.turns());
        out.endArray();
        new ToolWriter(writing, request.tools()).write();
        new SettingsWriter(writing, request).write();
        CacheHint cache = request.cache();
        if (cache != null) {
            losses.incidental(cache.at(), "OpenAI caches prompts by itself");
        }
        out.field("stream", request.stream()).endObject();
        return problems.outcome(out.toBytes());
    }

    /**
     * As one text.
     *
     * @return false where they are to be a message instead: what is no text, and cache breakpoints, stand in messages only
     */
    private static boolean instructions(List<Part> parts, Writing writing) {
        boolean breakpoints = writing.takes(Destination.Takes.CACHE_BREAKPOINTS);
        for (Part part : parts) {
            if (!(part instanceof Part.Text text) || (breakpoints && text.cache() != null)) {
                return false;
            }
        }
        if (parts.isEmpty()) {
            return true;
        }
        JsonBytes out = writing.out().name("instructions").beginText();
        boolean first = true;
        for (Part part : parts) {
            Part.Text text = (Part.Text) part;
            out.append(first ? "" : BETWEEN_INSTRUCTIONS).append(text.text());
            first = false;
            if (text.cache() != null) {
                writing.losses().incidental(text.cache().at(), ContentWriter.NO_BREAKPOINTS);
            }
        }
        out.endText();
        return true;
    }
}
