package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.conversation.Extra;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Turn;
import java.util.List;

/**
 * Prompts that the length of their body does not bound: a part lies at the provider or somewhere on the web (a file by its id, a
 * picture by its address, an earlier conversation), or it is a picture or a document, of which a few bytes may be thousands of tokens.
 * Only the model's window bounds those, until they are counted.
 */
final class Elsewhere {
    private Elsewhere() {}

    /** What the model takes at most: a prompt that lies elsewhere is bounded by nothing else. */
    static long atMost(Candidate candidate) {
        return candidate.atMostContext(Ceilings.UNKNOWN_WINDOW);
    }

    /** Whether a part of it does, as is known once the request has been read. */
    static boolean is(Request request) {
        return request.context().previousResponseId() != null
                || request.context().cachedContent() != null
                || request.extras().stream().anyMatch(extra -> extra.weight() == Extra.Weight.ESSENTIAL)
                || request.turns().stream().map(Turn::parts).anyMatch(Elsewhere::anyOf);
    }

    private static boolean anyOf(List<Part> parts) {
        return parts.stream().anyMatch(Elsewhere::isOne);
    }

    private static boolean isOne(Part part) {
        if (part instanceof Part.ToolResult result) {
            return anyOf(result.content());
        }
        return part instanceof Part.Media media
                && switch (media.source()) {
                    case Part.Source.Base64 here -> false;
                    case Part.Source.Plain here -> false;
                    case Part.Source.Parts(var inner) -> anyOf(inner);
                    case Part.Source.Url there -> true;
                    case Part.Source.FileId there -> true;
                };
    }
}
