package dev.tollgate.cache;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.json.Json;
import java.util.Set;

/**
 * Whether the answer to a request may be given again to the same request. Not where the answer depends on what lies elsewhere and may
 * change there (a conversation, a file, a page on the web), where the provider looks around by tools of its own, or where the call is
 * to have an effect at the provider. What is not known counts as repeatable; sampling does not count: who opts in wants the answer
 * that was given.
 */
public final class Repeatable {
    /** At the top of a body: state that lies at the provider, and searches. */
    private static final Set<String> STATE = Set.of(
            "previous_response_id",
            "thread",
            "conversation",
            "prompt",
            "container",
            "mcp_servers",
            "cachedContent",
            "cached_content",
            "web_search_options",
            "audio");
    /** At the top of a body, where true: the provider keeps the answer, or works on after it. */
    private static final Set<String> EFFECTS = Set.of("store", "background");
    /** Anywhere: names of files and stores at the provider. */
    private static final Set<String> FILES = Set.of("file_id", "fileUri", "file_uri", "vector_store_ids");
    /** Anywhere: addresses, unless what they lead to is in them. */
    private static final Set<String> ADDRESSES = Set.of("url", "image_url", "file_url");

    private static final Set<String> OWN_TOOLS = Set.of("function", "custom");
    private static final Set<String> GEMINIS_OWN_TOOLS = Set.of("functionDeclarations", "function_declarations");

    private Repeatable() {}

    /** Judges a request's body. */
    public static boolean is(Dialect dialect, Json body) {
        if (!(body instanceof Json.Obj object)) {
            return false;
        }
        for (Json.Member member : object) {
            Json value = member.value();
            boolean given = !(value instanceof Json.Null);
            if ((given && STATE.contains(member.name()))
                    || (EFFECTS.contains(member.name()) && value.equals(Json.Bool.TRUE))
                    || (given && member.name().equals("tools") && !areCallers(dialect, value))) {
                return false;
            }
        }
        return isAllHere(body);
    }

    /** Whether the caller itself carries out whatever the model asks for. */
    private static boolean areCallers(Dialect dialect, Json tools) {
        return tools instanceof Json.Arr list && list.items().stream().allMatch(tool -> isCallers(dialect, tool));
    }

    private static boolean isCallers(Dialect dialect, Json tool) {
        if (!(tool instanceof Json.Obj object)) {
            return false;
        }
        if (dialect == Dialect.GEMINI) {
            return object.members().stream().allMatch(member -> GEMINIS_OWN_TOOLS.contains(member.name()));
        }
        Json type = object.get("type");
        return type instanceof Json.Text text
                ? OWN_TOOLS.contains(text.string())
                : dialect == Dialect.ANTHROPIC && (type == null || type instanceof Json.Null);
    }

    private static boolean isAllHere(Json value) {
        return switch (value) {
            case Json.Arr array -> array.items().stream().allMatch(Repeatable::isAllHere);
            case Json.Obj object ->
                object.members().stream().allMatch(Repeatable::isHere)
                        && object.members().stream().allMatch(member -> isAllHere(member.value()));
            case Json.Text text -> true;
            case Json.Num number -> true;
            case Json.Bool bool -> true;
            case Json.Null none -> true;
        };
    }

    private static boolean isHere(Json.Member member) {
        Json value = member.value();
        if (FILES.contains(member.name())) {
            return !(value instanceof Json.Text || value instanceof Json.Arr);
        }
        if (!(value instanceof Json.Text text)) {
            return true;
        }
        return ADDRESSES.contains(member.name())
                ? text.startsWith("data:")
                : !(member.name().equals("type") && text.string().equals("item_reference"));
    }
}
