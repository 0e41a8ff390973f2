package dev.tollgate.dialects;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks its provider for that is billed beside one pass over its prompt and one answer at the list's rates.
 *
 * @param tier the dearest service tier that it names; {@link ServiceTier#STANDARD} where it leaves that to the provider
 * @param tools those that the provider itself runs, in order
 * @param mostCalls how often all of them together may be called (Responses' {@code max_tool_calls}); -1 where that is not said
 * @param limitStart where that bound stands, or could
 * @param limitEnd its end; {@code limitStart} where there is none
 */
public record ServerWork(ServiceTier tier, List<ServerTool> tools, long mostCalls, int limitStart, int limitEnd) {
    /** A request that asks for nothing of the kind: nearly every one. */
    public static final ServerWork NONE = new ServerWork(ServiceTier.STANDARD, List.of(), -1, -1, -1);

    /**
     * A tool that runs at the provider. Its results are read as input by a further round of the model, and some cost a fee.
     *
     * @param type its name on the wire: {@code web_search_20250305}, {@code file_search}, {@code googleSearch}
     * @param maxUses how often a call may use it; -1 where that is not said
     * @param limitStart where {@code max_uses} stands, or could
     * @param limitEnd its end; {@code limitStart} where there is none
     * @param model the model of its own that it asks (Anthropic's advisor); null where it has none
     * @param maxTokens the longest answer of that model; -1 where that is not said
     */
    public record ServerTool(
            String type,
            long maxUses,
            int limitStart,
            int limitEnd,
            @Nullable String model,
            long maxTokens) {
        /** One of which only the name is known. */
        ServerTool(String type) {
            this(type, -1, -1, -1, null, -1);
        }

        /** Whether the tool takes {@code max_uses}: those of Anthropic's that may be used many times, and are dear. */
        public boolean takesMaxUses() {
            return type.startsWith("web_search_") || type.startsWith("web_fetch_") || type.startsWith("advisor_");
        }
    }
}
