package dev.tollgate.dialects;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request that the gate needs. Offsets are indexes into the array given to {@link RequestInspector#inspect}; -1
 * where the field is absent.
 *
 * @param model the body's model; null for Gemini, whose path names it
 * @param modelStart where the model's JSON string begins, at its quote
 * @param modelEnd just after its closing quote
 * @param stream whether the answer is to be streamed
 * @param maxOutputTokens the caller's bound on output tokens per choice, the largest where it gives two; -1 where it gives none
 * @param outputLimits where the body bounds the answer's length: every place that says so, else the one where it could be said; none
 *     for operations whose answers have no length. See {@link Splices#outputLimit}
 * @param choices how many answers are asked for: OpenAI's {@code n}, Gemini's {@code candidateCount}; 1 where absent
 * @param includeUsage whether a streamed chat completion will report its usage
 * @param includeUsageStart where {@link Splices#includeUsage} cuts
 * @param includeUsageEnd the end of that cut
 * @param bodyStart the index of the body's opening brace
 * @param innerModels Gemini's bodies may repeat the path's model ({@code requests[].model} of batchEmbedContents, {@code model} of
 *     embedContent, {@code generateContentRequest.model} of countTokens); every mention, in order
 * @param toolModels models that Anthropic's server tools are to ask ({@code tools[].model}, such as the <a
 *     href="https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool">advisor's</a>), in order. They are the
 *     provider's own names and are never replaced; whoever may not use them may not send this request
 * @param thinkingBudget Anthropic's {@code thinking.budget_tokens}, below which {@code max_tokens} must not fall; -1 where absent
 * @param feature what the request is for, in its own words: {@code tollgate_feature} in <a
 *     href="https://platform.openai.com/docs/api-reference/chat/create">OpenAI's {@code metadata}</a> and <a
 *     href="https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/add-labels-to-api-calls">Google's {@code labels}</a>; null
 *     where absent, as in Anthropic's dialect, whose {@code metadata} takes a {@code user_id} and nothing else
 * @param thread Anthropic's conversation that it keeps itself, to which the request belongs; null where it belongs to none
 * @param work what is billed beside the prompt and the answer
 * @param unwritten what the prompt may have that the body's length does not bound
 */
public record RequestFields(
        @Nullable String model,
        int modelStart,
        int modelEnd,
        boolean stream,
        long maxOutputTokens,
        List<OutputLimitPlace> outputLimits,
        int choices,
        IncludeUsage includeUsage,
        int includeUsageStart,
        int includeUsageEnd,
        int bodyStart,
        List<InnerModel> innerModels,
        List<String> toolModels,
        long thinkingBudget,
        @Nullable String feature,
        @Nullable Continued thread,
        ServerWork work,
        Unwritten unwritten) {
    /**
     * A conversation of which only what is new is sent.
     *
     * @param previousMessageId the answer that the request continues; null where it begins one
     */
    public record Continued(@Nullable String previousMessageId) {}

    /** One mention of a model inside a body whose path names it already, for example {@code "models/gemini-x"}. */
    public record InnerModel(String value, int start, int end) {}
}
