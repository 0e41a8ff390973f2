package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.json.Json;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks, whatever it speaks. Null is a setting that the client left open.
 *
 * @param model as the client named it; null where neither body nor path did
 * @param instructions what stands before the conversation. Anthropic: {@code system}; Chat: the leading system and developer
 *     messages; Responses: {@code instructions} and then the leading system and developer items; Gemini: {@code systemInstruction}.
 *     Order and boundaries are kept where the wire has blocks; Responses' {@code instructions} take one text, joined by empty lines
 * @param turns the conversation, oldest first
 * @param cache Anthropic's {@code cache_control} at the top: the longest prefix that can be cached
 * @param stream whether the answer is to come as events
 * @param includeUsage whether a chat stream is to end with its usage; true in every other protocol
 * @param extras fields that have no place here
 */
public record Request(
        @Nullable String model,
        List<Part> instructions,
        List<Turn> turns,
        Tools tools,
        Sampling sampling,
        Output output,
        Thinking thinking,
        Context context,
        @Nullable CacheHint cache,
        boolean stream,
        boolean includeUsage,
        List<Extra> extras) {

    public Request {
        instructions = List.copyOf(instructions);
        turns = List.copyOf(turns);
        extras = List.copyOf(extras);
    }

    /**
     * What the model may call.
     *
     * @param parallel false: at most one call per answer. Anthropic: {@code tool_choice.disable_parallel_tool_use}; OpenAI: {@code
     *     parallel_tool_calls}; Gemini: no word for it
     */
    public record Tools(
            List<Tool> list,
            @Nullable Said<ToolChoice> choice,
            @Nullable Said<Boolean> parallel) {
        public static final Tools NONE = new Tools(List.of(), null, null);

        public Tools {
            list = List.copyOf(list);
        }

        /** Whether the model must call a tool. */
        public boolean demandsCall() {
            return choice != null
                    && switch (choice.value()) {
                        case ToolChoice.Auto _, ToolChoice.None _ -> false;
                        case ToolChoice.Required _, ToolChoice.Named _ -> true;
                        case ToolChoice.Allowed(var _, boolean required) -> required;
                    };
        }
    }

    /**
     * Numbers as the client wrote them. Anthropic: temperature (0 to 1), top_p, top_k, refused by its newest models. Chat:
     * temperature (0 to 2), top_p, both penalties, seed. Responses: temperature, top_p. Gemini: all, within {@code
     * generationConfig}.
     */
    public record Sampling(
            @Nullable Said<Json.Num> temperature,
            @Nullable Said<Json.Num> topP,
            @Nullable Said<Json.Num> topK,
            @Nullable Said<Json.Num> frequencyPenalty,
            @Nullable Said<Json.Num> presencePenalty,
            @Nullable Said<Json.Num> seed) {
        public static final Sampling UNSAID = new Sampling(null, null, null, null, null, null);
    }

    /**
     * What the answer is to be like.
     *
     * @param maxTokens Anthropic: {@code max_tokens} (required); Chat: {@code max_completion_tokens}, {@code max_tokens}; Responses:
     *     {@code max_output_tokens}; Gemini: {@code maxOutputTokens}. Reasoning counts in all of them
     * @param stopSequences not in Responses
     * @param choices Chat: {@code n}; Gemini: {@code candidateCount}; one elsewhere
     * @param format null is text
     * @param verbosity OpenAI only: low, medium, high
     * @param logprobs how many alternatives per token; 0 for the chosen alone. Chat, Responses (with {@code include}), Gemini
     * @param modalities other output than text, as the wire has it: audio of Chat, images of Gemini
     */
    public record Output(
            @Nullable Said<Long> maxTokens,
            @Nullable Said<List<String>> stopSequences,
            @Nullable Said<Integer> choices,
            @Nullable Said<OutputFormat> format,
            @Nullable Said<String> verbosity,
            @Nullable Said<Integer> logprobs,
            @Nullable Said<Json> modalities) {
        public static final Output UNSAID = new Output(null, null, null, null, null, null, null);
    }

    /**
     * Whom and what the request belongs to.
     *
     * @param user Anthropic: {@code metadata.user_id}; OpenAI: {@code safety_identifier}, before that {@code user}
     * @param metadata OpenAI's pairs; Gemini's {@code labels}
     * @param serviceTier as the wire has it
     * @param store OpenAI: whether the provider keeps the answer; false elsewhere
     * @param previousResponseId Responses: the conversation lies at the provider, so it is essential
     * @param promptCacheKey OpenAI
     * @param cachedContent Gemini: a part of the prompt lies at the provider, so it is essential
     * @param safetySettings Gemini
     */
    public record Context(
            @Nullable Said<String> user,
            @Nullable Said<Json.Obj> metadata,
            @Nullable Said<String> serviceTier,
            @Nullable Said<Boolean> store,
            @Nullable Said<String> previousResponseId,
            @Nullable Said<String> promptCacheKey,
            @Nullable Said<String> cachedContent,
            @Nullable Said<Json> safetySettings) {
        public static final Context UNSAID = new Context(null, null, null, null, null, null, null, null);
    }

    /** The call with that id, which a result answers. */
    public Optional<Part.ToolCall> call(String id) {
        for (Turn turn : turns) {
            for (Part part : turn.parts()) {
                if (part instanceof Part.ToolCall call && call.id().equals(id)) {
                    return Optional.of(call);
                }
            }
        }
        return Optional.empty();
    }
}
