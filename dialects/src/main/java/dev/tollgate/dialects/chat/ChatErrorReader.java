package dev.tollgate.dialects.chat;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.jspecify.annotations.Nullable;

/**
 * {@code {"error": {message, type, param, code}}} (<a href="https://platform.openai.com/docs/guides/error-codes">error codes</a>), and
 * what compatible servers make of it: the error as a text, within an array (Google), as the document itself (vLLM).
 */
final class ChatErrorReader {
    private ChatErrorReader() {}

    static ProviderError read(int status, byte[] body, int offset, int length) {
        Json document =
                Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json value) ? value : null;
        if (document instanceof Json.Arr array && !array.items().isEmpty()) {
            document = array.items().getFirst();
        }
        Json error = document instanceof Json.Obj object ? object.get("error") : null;
        return read(status, error == null ? document : error);
    }

    /**
     * One error.
     *
     * @param status 0 within a stream
     */
    static ProviderError read(int status, @Nullable Json error) {
        String message = null;
        String code = "";
        String type = "";
        int inBody = 0;
        if (error instanceof Json.Text text) {
            message = text.string();
        } else if (error instanceof Json.Obj object) {
            message = first(object, "message", "detail");
            code = object.get("code") instanceof Json.Text text ? text.string() : "";
            type = object.get("type") instanceof Json.Text text ? text.string() : "";
            inBody = object.get("code") instanceof Json.Num number
                    ? Math.clamp(number.asLong().orElse(0), 0, 999)
                    : 0;
        }
        int known = status > 0 ? status : inBody;
        ErrorKind kind = isTooLong(known, code, type, message) ? ErrorKind.CONTEXT_LENGTH : kind(known, code, type);
        return new ProviderError(
                kind,
                message == null || message.isBlank() ? "The provider answered with an error" + at(known) : message);
    }

    private static String at(int status) {
        return status > 0 ? ", status " + status + "." : ".";
    }

    private static @Nullable String first(Json.Obj object, String... names) {
        for (String name : names) {
            if (object.get(name) instanceof Json.Text text) {
                return text.string();
            }
        }
        return null;
    }

    /** A prompt beyond the model's window: OpenAI has a code for it, llama.cpp a type, vLLM and others a sentence. */
    private static boolean isTooLong(int status, String code, String type, @Nullable String message) {
        return code.equals("context_length_exceeded")
                || type.equals("exceed_context_size_error")
                || ((status == 0 || status == ErrorKind.INVALID_REQUEST.status())
                        && message != null
                        && message.contains("maximum context length"));
    }

    private static ErrorKind kind(int status, String code, String type) {
        if (code.equals("insufficient_quota") || type.equals("insufficient_quota")) {
            return ErrorKind.BILLING;
        }
        if (status >= 400) {
            return byStatus(status);
        }
        ErrorKind byCode = byWord(code);
        ErrorKind kind = byCode == null ? byWord(type) : byCode;
        return kind == null ? ErrorKind.API_ERROR : kind;
    }

    private static ErrorKind byStatus(int status) {
        for (ErrorKind kind : ErrorKind.values()) {
            if (kind.status() == status) {
                return kind;
            }
        }
        return status < 500 ? ErrorKind.INVALID_REQUEST : ErrorKind.API_ERROR;
    }

    private static @Nullable ErrorKind byWord(String word) {
        return switch (word) {
            case "invalid_request_error", "content_policy_violation" -> ErrorKind.INVALID_REQUEST;
            case "invalid_api_key", "authentication_error" -> ErrorKind.AUTHENTICATION;
            case "permission_denied", "permission_error" -> ErrorKind.PERMISSION;
            case "model_not_found", "not_found", "not_found_error" -> ErrorKind.NOT_FOUND;
            case "rate_limit_exceeded", "rate_limit_error", "requests", "tokens" -> ErrorKind.RATE_LIMIT;
            case "bad_gateway" -> ErrorKind.BAD_GATEWAY;
            case "service_unavailable" -> ErrorKind.UNAVAILABLE;
            case "timeout" -> ErrorKind.TIMEOUT;
            case "overloaded", "overloaded_error", "server_overloaded" -> ErrorKind.OVERLOADED;
            default -> null;
        };
    }
}
