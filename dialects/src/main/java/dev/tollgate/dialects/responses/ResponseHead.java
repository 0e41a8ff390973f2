package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a response object says beside its output and usage.
 *
 * @param createdEpochSecond -1 where it does not say
 * @param incomplete why it is not complete, where it is not
 * @param failure why it has failed, where it has
 */
record ResponseHead(
        String id,
        @Nullable String model,
        long createdEpochSecond,
        String status,
        @Nullable String incomplete,
        @Nullable ProviderError failure,
        @Nullable String serviceTier) {

    /** What only repeats the request, or says nothing to a client of another protocol. */
    private static final List<String> ECHO = List.of(
            "object",
            "background",
            "billing",
            "completed_at",
            "conversation",
            "frequency_penalty",
            "image",
            "instructions",
            "max_output_tokens",
            "max_tool_calls",
            "metadata",
            "parallel_tool_calls",
            "presence_penalty",
            "previous_response_id",
            "prompt",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "reasoning",
            "safety_identifier",
            "store",
            "temperature",
            "text",
            "tool_choice",
            "tools",
            "top_logprobs",
            "top_p",
            "truncation",
            "user",
            "access_programs",
            "output_text");

    static ResponseHead read(Fields response, Reading reading) {
        String status = response.string("status");
        Json.Num created = response.number("created_at");
        String incomplete = null;
        Json.Obj details = response.object("incomplete_details");
        if (details != null) {
            Fields fields = new Fields(response.at("incomplete_details"), details, reading);
            incomplete = fields.string("reason");
            fields.end();
        }
        ResponseHead head = new ResponseHead(
                response.required("id"),
                response.string("model"),
                created == null ? -1 : (long) created.asDouble().orElse(-1),
                status == null ? "completed" : status,
                "incomplete".equals(status) && incomplete == null ? "unsaid" : incomplete,
                failure(response.object("error"), "failed".equals(status)),
                response.string("service_tier"));
        ECHO.forEach(response::skip);
        return head;
    }

    private static @Nullable ProviderError failure(Json.@Nullable Obj error, boolean failed) {
        if (error == null) {
            return failed ? new ProviderError(ErrorKind.API_ERROR, "The provider failed to answer.") : null;
        }
        return error(error, ErrorKind.API_ERROR);
    }

    /** An object with a code (or type) and a message. */
    static ProviderError error(Json.Obj error, ErrorKind otherwise) {
        ErrorKind kind = Words.error(string(error.get("code")));
        if (kind == null) {
            kind = Words.error(string(error.get("type")));
        }
        String message = string(error.get("message"));
        return new ProviderError(
                kind == null ? otherwise : kind,
                message == null || message.isEmpty() ? "The provider gave no reason." : message);
    }

    private static @Nullable String string(@Nullable Json value) {
        return value instanceof Json.Text text ? text.string() : null;
    }
}
