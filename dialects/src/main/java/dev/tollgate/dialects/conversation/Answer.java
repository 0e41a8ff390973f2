package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer. What a provider reports as failed (Responses: {@code status: failed}) is no answer but an error.
 *
 * @param model as the provider names it
 * @param createdEpochSecond -1 where the wire does not say (Anthropic)
 * @param choices at least one; several only from Chat and Gemini
 * @param usage null where the provider gave none
 * @param extras fields of the provider's that have no place here: system_fingerprint, container, groundingMetadata, safetyRatings
 */
public record Answer(
        String id,
        @Nullable String model,
        long createdEpochSecond,
        List<Choice> choices,
        @Nullable Usage usage,
        @Nullable String serviceTier,
        List<Extra> extras) {

    public Answer {
        choices = List.copyOf(choices);
        extras = List.copyOf(extras);
    }

    /**
     * One of the answers that were asked for.
     *
     * @param logprobs of the choice's text; empty where there are none
     */
    public record Choice(int index, List<Part> parts, Stop stop, List<TokenLogprob> logprobs) {
        public Choice {
            parts = List.copyOf(parts);
            logprobs = List.copyOf(logprobs);
        }
    }

    /**
     * Chat: {@code logprobs.content[]}; Responses: {@code logprobs[]} of the text; Gemini: {@code logprobsResult}; not Anthropic.
     *
     * @param bytes OpenAI's array of the token's bytes
     * @param top the likeliest tokens in its place, each without alternatives of its own
     */
    public record TokenLogprob(Json.Text token, Json.Num logprob, Json.@Nullable Arr bytes, List<TokenLogprob> top) {
        public TokenLogprob {
            top = List.copyOf(top);
        }
    }
}
