package dev.tollgate.dialects;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in a request body whose value is inspected. */
enum RequestSlot {
    MODEL,
    INNER_MODEL,
    STREAM,
    MAX_OUTPUT_TOKENS,
    CHOICES,
    STREAM_OPTIONS,
    INCLUDE_USAGE,
    GENERATION_CONFIG,
    REQUESTS,
    /** An element of {@link #REQUESTS}. */
    REQUEST,
    INNER_REQUEST,
    TOOLS,
    /** An element of {@link #TOOLS}. */
    TOOL,
    TOOL_MODEL,
    /** The {@link ServiceTier} that is asked for, or Anthropic's speed. */
    TIER,
    TOOL_TYPE,
    TOOL_USES,
    /** The longest answer of a tool's own model. */
    TOOL_TOKENS,
    /** Anthropic's remote MCP servers. */
    CONNECTORS,
    SEARCH_OPTIONS,
    TOOL_CALLS,
    /** Responses' tools. */
    SERVER_TOOLS,
    /** An element of {@link #SERVER_TOOLS}. */
    SERVER_TOOL,
    GEMINI_TOOLS,
    /** An element of {@link #GEMINI_TOOLS}; each of its members is a tool. */
    GEMINI_TOOL,
    THINKING,
    THINKING_BUDGET,
    /** Anthropic's conversation that it keeps itself. */
    THREAD,
    PREVIOUS_MESSAGE,
    /** What callers note on a request for themselves: OpenAI's metadata, Google's labels. */
    LABELS,
    /** The label that the gate reads. */
    FEATURE;

    private static final Map<String, RequestSlot> NONE = Map.of();

    private static final Map<String, RequestSlot> MESSAGES = Map.of(
            "model", MODEL,
            "stream", STREAM,
            "max_tokens", MAX_OUTPUT_TOKENS,
            "tools", TOOLS,
            "service_tier", TIER,
            "speed", TIER,
            "thinking", THINKING,
            "thread", THREAD,
            "mcp_servers", CONNECTORS);

    private static final Map<String, RequestSlot> TOOL_FIELDS =
            Map.of("model", TOOL_MODEL, "type", TOOL_TYPE, "max_uses", TOOL_USES, "max_tokens", TOOL_TOKENS);

    private static final Map<String, RequestSlot> THINKING_FIELDS = Map.of("budget_tokens", THINKING_BUDGET);

    private static final Map<String, RequestSlot> THREAD_FIELDS = Map.of("previous_message_id", PREVIOUS_MESSAGE);

    private static final Map<String, RequestSlot> SERVER_TOOL_FIELDS = Map.of("type", TOOL_TYPE);

    private static final Map<String, RequestSlot> LABELLED = Map.of("tollgate_feature", FEATURE);

    private static final Map<String, RequestSlot> MODEL_ONLY = Map.of("model", MODEL);

    private static final Map<String, RequestSlot> CHAT = Map.of(
            "model", MODEL,
            "stream", STREAM,
            "max_tokens", MAX_OUTPUT_TOKENS,
            "max_completion_tokens", MAX_OUTPUT_TOKENS,
            "n", CHOICES,
            "stream_options", STREAM_OPTIONS,
            "service_tier", TIER,
            "web_search_options", SEARCH_OPTIONS,
            "metadata", LABELS);

    private static final Map<String, RequestSlot> RESPONSES = Map.of(
            "model", MODEL,
            "stream", STREAM,
            "max_output_tokens", MAX_OUTPUT_TOKENS,
            "service_tier", TIER,
            "tools", SERVER_TOOLS,
            "max_tool_calls", TOOL_CALLS,
            "metadata", LABELS);

    // Google's servers read both spellings of every field: https://protobuf.dev/programming-guides/json/
    private static final Map<String, RequestSlot> GENERATE = Map.of(
            "model", INNER_MODEL,
            "generationConfig", GENERATION_CONFIG,
            "generation_config", GENERATION_CONFIG,
            "serviceTier", TIER,
            "service_tier", TIER,
            "tools", GEMINI_TOOLS,
            "labels", LABELS);

    private static final Map<String, RequestSlot> GENERATION = Map.of(
            "maxOutputTokens", MAX_OUTPUT_TOKENS,
            "max_output_tokens", MAX_OUTPUT_TOKENS,
            "candidateCount", CHOICES,
            "candidate_count", CHOICES);

    private static final Map<String, RequestSlot> COUNT = Map.of(
            "model", INNER_MODEL,
            "generateContentRequest", INNER_REQUEST,
            "generate_content_request", INNER_REQUEST);

    private static final Map<String, RequestSlot> INNER_MODEL_ONLY = Map.of("model", INNER_MODEL);

    private static final Map<String, RequestSlot> USAGE_OPTION = Map.of("include_usage", INCLUDE_USAGE);

    private static final Map<String, RequestSlot> BATCH = Map.of("model", INNER_MODEL, "requests", REQUESTS);

    /** The inspected names of the body itself. */
    static Map<String, RequestSlot> ofBody(Operation operation) {
        return switch (operation) {
            case MESSAGES -> MESSAGES;
            case COUNT_TOKENS, INPUT_TOKENS, EMBEDDINGS -> MODEL_ONLY;
            case CHAT_COMPLETIONS -> CHAT;
            case RESPONSES -> RESPONSES;
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> GENERATE;
            case GEMINI_COUNT_TOKENS -> COUNT;
            case EMBED_CONTENT -> INNER_MODEL_ONLY;
            case BATCH_EMBED_CONTENTS -> BATCH;
            case CONVERSE, CONVERSE_STREAM -> NONE;
        };
    }

    /** The inspected names of an object that is this slot's value. */
    static Map<String, RequestSlot> inside(@Nullable RequestSlot slot) {
        if (slot == null) {
            return NONE;
        }
        return switch (slot) {
            case STREAM_OPTIONS -> USAGE_OPTION;
            case GENERATION_CONFIG -> GENERATION;
            case REQUEST, INNER_REQUEST -> INNER_MODEL_ONLY;
            case TOOL -> TOOL_FIELDS;
            case SERVER_TOOL -> SERVER_TOOL_FIELDS;
            case THINKING -> THINKING_FIELDS;
            case THREAD -> THREAD_FIELDS;
            case LABELS -> LABELLED;
            case MODEL, INNER_MODEL, TOOL_MODEL, STREAM, MAX_OUTPUT_TOKENS, CHOICES, INCLUDE_USAGE, REQUESTS, TOOLS ->
                NONE;
            case TIER, TOOL_TYPE, TOOL_USES, TOOL_TOKENS, CONNECTORS, SEARCH_OPTIONS, TOOL_CALLS, THINKING_BUDGET ->
                NONE;
            case SERVER_TOOLS, GEMINI_TOOLS, GEMINI_TOOL, FEATURE, PREVIOUS_MESSAGE -> NONE;
        };
    }

    /** What the elements of an inspected array are, where they are objects; null where they are nothing. */
    static @Nullable RequestSlot element(@Nullable RequestSlot array) {
        return array == REQUESTS
                ? REQUEST
                : array == TOOLS
                        ? TOOL
                        : array == SERVER_TOOLS ? SERVER_TOOL : array == GEMINI_TOOLS ? GEMINI_TOOL : null;
    }

    /**
     * Whether a name inside of it may be an inspected one, in whatever case, that begins with that byte. Coding agents send dozens of
     * tools, of whose names hardly any is: those need not be decoded.
     */
    static boolean mayBegin(@Nullable RequestSlot around, byte first) {
        int lower = first | 0x20;
        boolean plain = first > 0 && first != '\\';
        return !plain
                || switch (around) {
                    case TOOL -> lower == 't' || lower == 'm';
                    case SERVER_TOOL, LABELS -> lower == 't';
                    case null, default -> true;
                };
    }

    /**
     * The inspected name that this one equals but for case, or null. Some servers (those built on Go's {@code encoding/json})
     * match names without regard to case, so {@code "Model"} beside {@code "model"} could mean two things.
     */
    static @Nullable String caseVariant(Map<String, RequestSlot> names, String name) {
        for (String known : names.keySet()) {
            if (known.length() == name.length() && known.equalsIgnoreCase(name)) {
                return known;
            }
        }
        return null;
    }
}
