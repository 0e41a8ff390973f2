package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.CacheHint;
import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.conversation.Request;
import dev.tollgate.dialects.conversation.Tool;
import dev.tollgate.dialects.conversation.Turn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which of a request's cache hints a Claude is told, which takes four (<a
 * href="https://platform.claude.com/docs/en/build-with-claude/prompt-caching">prompt caching</a>): the last ones, as each covers the
 * longest prefix. For one request, asked in the order of the prompt: tools, system, messages, the request's own.
 */
public final class CacheBreakpoints {
    private static final int MOST = 4;

    private int tooMany;

    public CacheBreakpoints(Request request) {
        int found = request.cache() == null ? 0 : 1;
        for (Tool tool : request.tools().list()) {
            found += tool instanceof Tool.Function of && of.cache() != null ? 1 : 0;
        }
        found += count(request.instructions());
        for (Turn turn : request.turns()) {
            found += count(turn.parts());
        }
        tooMany = Math.max(0, found - MOST);
    }

    /** Whether the next hint of the prompt is kept. */
    public boolean keepsNext() {
        if (tooMany == 0) {
            return true;
        }
        tooMany--;
        return false;
    }

    private static int count(List<? extends Part> parts) {
        int found = 0;
        for (Part part : parts) {
            found += switch (part) {
                case Part.Text text -> of(text.cache());
                case Part.Media media ->
                    of(media.cache()) + (media.source() instanceof Part.Source.Parts(var inner) ? count(inner) : 0);
                case Part.SearchResult result -> of(result.cache()) + count(result.content());
                case Part.ToolCall call -> of(call.cache());
                case Part.ToolResult result -> of(result.cache()) + count(result.content());
                case Part.Reasoning _, Part.Refusal _, Part.Opaque _ -> 0;
            };
        }
        return found;
    }

    private static int of(@Nullable CacheHint hint) {
        return hint == null ? 0 : 1;
    }
}
