package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.conversation.Stop;
import dev.tollgate.dialects.conversation.Thinking;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** OpenAI's words for what the neutral model has enumerations for. */
final class Words {
    private Words() {}

    static String word(Thinking.Display display) {
        return display.name().toLowerCase(Locale.ROOT);
    }

    /**
     * Why a finished response has ended.
     *
     * @param incomplete {@code incomplete_details.reason}; null where it is complete
     */
    static Stop stop(@Nullable String incomplete, boolean called, boolean refused) {
        if (incomplete == null) {
            Stop.Reason reason = called ? Stop.Reason.TOOL_CALLS : refused ? Stop.Reason.REFUSED : Stop.Reason.END;
            return Stop.of(reason, "completed");
        }
        return Stop.of(
                switch (incomplete) {
                    case "max_output_tokens" -> Stop.Reason.MAX_TOKENS;
                    case "content_filter" -> Stop.Reason.REFUSED;
                    default -> Stop.Reason.OTHER;
                },
                incomplete);
    }

    /** The {@code incomplete_details.reason}, or null for a complete response. */
    static @Nullable String incomplete(Stop.Reason reason, boolean refusalInWords) {
        return switch (reason) {
            case MAX_TOKENS, CONTEXT_FULL -> "max_output_tokens";
            case REFUSED -> refusalInWords ? null : "content_filter";
            case END, STOP_SEQUENCE, TOOL_CALLS, PAUSED, COMPACTED, BAD_CALL, OTHER -> null;
        };
    }

    /** Whether {@code completed} says as much as the reason does. */
    static boolean says(Stop.Reason reason) {
        return switch (reason) {
            case END, MAX_TOKENS, TOOL_CALLS, REFUSED -> true;
            case STOP_SEQUENCE, CONTEXT_FULL, PAUSED, COMPACTED, BAD_CALL, OTHER -> false;
        };
    }

    /** The {@code service_tier} of that meaning, or null. */
    static @Nullable String serviceTier(String word) {
        return switch (word) {
            case "auto", "default", "flex", "scale", "priority", "fast", "ultrafast" -> word;
            case "standard", "standard_only" -> "default";
            default -> null;
        };
    }

    /** What a code or type of an error means; null where it says no more than the status does. */
    static @Nullable ErrorKind error(@Nullable String code) {
        return switch (code) {
            case "rate_limit_exceeded", "rate_limit_error" -> ErrorKind.RATE_LIMIT;
            case "insufficient_quota", "billing_hard_limit_reached" -> ErrorKind.BILLING;
            case "server_is_overloaded", "overloaded", "overloaded_error", "slow_down" -> ErrorKind.OVERLOADED;
            case "service_unavailable" -> ErrorKind.UNAVAILABLE;
            case "invalid_api_key", "authentication_error" -> ErrorKind.AUTHENTICATION;
            case "model_not_found" -> ErrorKind.NOT_FOUND;
            case "server_error", "vector_store_timeout" -> ErrorKind.API_ERROR;
            case "context_length_exceeded" -> ErrorKind.CONTEXT_LENGTH;
            case "invalid_request_error",
                    "invalid_prompt",
                    "content_policy_violation",
                    "bio_policy",
                    "cyber_policy",
                    "misalignment_policy_violation",
                    "data_residency_mismatch",
                    "failed_to_download_image" -> ErrorKind.INVALID_REQUEST;
            case null -> null;
            default -> code.contains("image") ? ErrorKind.INVALID_REQUEST : null;
        };
    }

    /** The code that clients of a failed response tell their cases by. */
    static String code(ErrorKind kind) {
        return switch (kind) {
            case RATE_LIMIT -> "rate_limit_exceeded";
            case BILLING, BUDGET -> "insufficient_quota";
            case OVERLOADED, UNAVAILABLE -> "server_is_overloaded";
            case CONTEXT_LENGTH -> "context_length_exceeded";
            case INVALID_REQUEST, REQUEST_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> "invalid_prompt";
            case AUTHENTICATION,
                    PERMISSION,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    CONFLICT,
                    UPGRADE_REQUIRED,
                    HEADERS_TOO_LARGE,
                    API_ERROR,
                    BAD_GATEWAY,
                    TIMEOUT -> "server_error";
        };
    }
}
