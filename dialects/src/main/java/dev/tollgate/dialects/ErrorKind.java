package dev.tollgate.dialects;

import org.jspecify.annotations.Nullable;

/**
 * Why a request is refused or has failed, with its HTTP status and the name that each vendor has for it. The constants are in the
 * order of their status.
 */
public enum ErrorKind {
    INVALID_REQUEST(400, "invalid_request_error", "invalid_request_error", null, "INVALID_ARGUMENT"),
    /** The prompt is longer than the model can take. */
    CONTEXT_LENGTH(
            400, "invalid_request_error", "invalid_request_error", "context_length_exceeded", "INVALID_ARGUMENT"),
    AUTHENTICATION(401, "authentication_error", "invalid_request_error", "invalid_api_key", "UNAUTHENTICATED"),
    /** The account at the provider has no money. */
    BILLING(402, "billing_error", "insufficient_quota", "insufficient_quota", "RESOURCE_EXHAUSTED"),
    PERMISSION(403, "permission_error", "invalid_request_error", "permission_denied", "PERMISSION_DENIED"),
    NOT_FOUND(404, "not_found_error", "invalid_request_error", "not_found", "NOT_FOUND"),
    METHOD_NOT_ALLOWED(405, "invalid_request_error", "invalid_request_error", "method_not_allowed", "UNIMPLEMENTED"),
    REQUEST_TIMEOUT(408, "timeout_error", "invalid_request_error", "request_timeout", "DEADLINE_EXCEEDED"),
    CONFLICT(409, "conflict_error", "invalid_request_error", "conflict", "ABORTED"),
    REQUEST_TOO_LARGE(413, "request_too_large", "invalid_request_error", "request_too_large", "INVALID_ARGUMENT"),
    UNSUPPORTED_MEDIA_TYPE(
            415, "invalid_request_error", "invalid_request_error", "unsupported_media_type", "INVALID_ARGUMENT"),
    UPGRADE_REQUIRED(426, "invalid_request_error", "invalid_request_error", "upgrade_required", "FAILED_PRECONDITION"),
    RATE_LIMIT(429, "rate_limit_error", "rate_limit_exceeded", "rate_limit_exceeded", "RESOURCE_EXHAUSTED"),
    /** A budget of the gate's own is used up. Asking again does not help until it begins anew. */
    BUDGET(429, "billing_error", "insufficient_quota", "insufficient_quota", "RESOURCE_EXHAUSTED"),
    HEADERS_TOO_LARGE(
            431, "invalid_request_error", "invalid_request_error", "request_headers_too_large", "INVALID_ARGUMENT"),
    API_ERROR(500, "api_error", "server_error", null, "INTERNAL"),
    BAD_GATEWAY(502, "api_error", "server_error", "bad_gateway", "UNAVAILABLE"),
    UNAVAILABLE(503, "api_error", "server_error", "service_unavailable", "UNAVAILABLE"),
    TIMEOUT(504, "timeout_error", "server_error", "timeout", "DEADLINE_EXCEEDED"),
    OVERLOADED(529, "overloaded_error", "server_error", "overloaded", "UNAVAILABLE");

    private final int status;
    private final String anthropicType;
    private final String openAiType;
    private final @Nullable String openAiCode;
    private final String geminiStatus;

    ErrorKind(int status, String anthropicType, String openAiType, @Nullable String openAiCode, String geminiStatus) {
        this.status = status;
        this.anthropicType = anthropicType;
        this.openAiType = openAiType;
        this.openAiCode = openAiCode;
        this.geminiStatus = geminiStatus;
    }

    /** The HTTP status that goes with it at that vendor: only Anthropic has a 529, and Google's clients do not try again after it. */
    public int status(Dialect dialect) {
        return this == OVERLOADED && dialect != Dialect.ANTHROPIC ? UNAVAILABLE.status : status;
    }

    /** What a status means where nothing else tells; one that is no error's is a bad answer. */
    public static ErrorKind ofStatus(int status) {
        for (ErrorKind kind : values()) {
            if (kind.status == status) {
                return kind;
            }
        }
        if (status >= 400 && status < 500) {
            return INVALID_REQUEST;
        }
        return status >= 500 ? API_ERROR : BAD_GATEWAY;
    }

    /** The HTTP status that goes with it. */
    public int status() {
        return status;
    }

    String anthropicType() {
        return anthropicType;
    }

    String openAiType() {
        return openAiType;
    }

    @Nullable
    String openAiCode() {
        return openAiCode;
    }

    /** A name of {@code google.rpc.Code}. */
    String geminiStatus() {
        return geminiStatus;
    }
}
