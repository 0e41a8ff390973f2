package dev.tollgate.dialects.gemini;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads Google's error (<a href="https://cloud.google.com/apis/design/errors#error_model">google.rpc.Status</a>): {@code error} with
 * {@code code}, {@code message}, {@code status}; within an array where a stream without {@code alt=sse} was asked for.
 */
final class GeminiErrorReader {
    private GeminiErrorReader() {}

    static ProviderError read(int status, byte[] body, int offset, int length) {
        Json document = Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json value)
                ? value
                : Json.Null.NULL;
        if (document instanceof Json.Arr array && !array.items().isEmpty()) {
            document = array.items().getFirst();
        }
        Json error = document instanceof Json.Obj object ? object.get("error") : null;
        return read(status, error);
    }

    /**
     * An error within a document.
     *
     * @param status of the response; the error's own code goes before one that says success
     */
    static ProviderError read(int status, @Nullable Json error) {
        if (!(error instanceof Json.Obj object)) {
            return new ProviderError(kind(status, "", ""), "The provider answered with status " + status + ".");
        }
        String name = text(object, "status");
        String message = text(object, "message");
        int code = status;
        if (status < 400 && object.get("code") instanceof Json.Num number) {
            code = Math.clamp(number.asLong().orElse(0), 0, 599);
        }
        boolean tooLong =
                code < 500 && message.contains("input token count") && message.contains("exceeds the maximum");
        return new ProviderError(
                tooLong ? ErrorKind.CONTEXT_LENGTH : kind(code, name, reason(object)),
                message.isEmpty() ? "The provider answered with an error." : message);
    }

    private static ErrorKind kind(int status, String name, String reason) {
        if (reason.equals("API_KEY_INVALID")) {
            return ErrorKind.AUTHENTICATION;
        }
        return switch (status) {
            case 401 -> ErrorKind.AUTHENTICATION;
            case 402 -> ErrorKind.BILLING;
            case 403 -> ErrorKind.PERMISSION;
            case 404 -> ErrorKind.NOT_FOUND;
            case 405 -> ErrorKind.METHOD_NOT_ALLOWED;
            case 408 -> ErrorKind.REQUEST_TIMEOUT;
            case 409 -> ErrorKind.CONFLICT;
            case 413 -> ErrorKind.REQUEST_TOO_LARGE;
            case 415 -> ErrorKind.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ErrorKind.RATE_LIMIT;
            case 502 -> ErrorKind.BAD_GATEWAY;
            case 503 -> ErrorKind.UNAVAILABLE;
            case 504 -> ErrorKind.TIMEOUT;
            case 529 -> ErrorKind.OVERLOADED;
            default -> byName(status, name);
        };
    }

    private static ErrorKind byName(int status, String name) {
        return switch (name) {
            case "UNAUTHENTICATED" -> ErrorKind.AUTHENTICATION;
            case "PERMISSION_DENIED" -> ErrorKind.PERMISSION;
            case "NOT_FOUND" -> ErrorKind.NOT_FOUND;
            case "ABORTED", "ALREADY_EXISTS" -> ErrorKind.CONFLICT;
            case "RESOURCE_EXHAUSTED" -> ErrorKind.RATE_LIMIT;
            case "UNAVAILABLE" -> ErrorKind.UNAVAILABLE;
            case "DEADLINE_EXCEEDED" -> ErrorKind.TIMEOUT;
            default -> status >= 400 && status < 500 ? ErrorKind.INVALID_REQUEST : ErrorKind.API_ERROR;
        };
    }

    /** {@code google.rpc.ErrorInfo.reason}: a wrong key has status 400. */
    private static String reason(Json.Obj error) {
        if (error.get("details") instanceof Json.Arr details) {
            for (Json detail : details) {
                if (detail instanceof Json.Obj info && info.get("reason") instanceof Json.Text reason) {
                    return reason.string();
                }
            }
        }
        return "";
    }

    private static String text(Json.Obj object, String name) {
        return object.get(name) instanceof Json.Text text ? text.string() : "";
    }
}
