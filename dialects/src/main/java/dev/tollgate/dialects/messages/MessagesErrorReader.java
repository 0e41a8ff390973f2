package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads <a href="https://platform.claude.com/docs/en/api/errors">errors</a>. */
final class MessagesErrorReader implements ErrorReader {
    private static final List<String> TOO_LONG =
            List.of("prompt is too long", "input length and `max_tokens` exceed context limit");

    @Override
    public ProviderError read(int status, byte[] body, int offset, int length) {
        Json.Obj error = Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json.Obj document)
                        && document.get("error") instanceof Json.Obj inner
                ? inner
                : Json.Obj.EMPTY;
        String message = string(error, "message");
        return new ProviderError(
                kind(string(error, "type"), status, message),
                message == null ? "The provider answered with status " + status + "." : message);
    }

    /**
     * What an error's type means; one type stands for several statuses, so the status decides where there is one, and of a prompt
     * beyond the model's window its words.
     */
    static ErrorKind kind(@Nullable String type, int status, @Nullable String message) {
        if (message != null && TOO_LONG.stream().anyMatch(message.toLowerCase(Locale.ROOT)::startsWith)) {
            return ErrorKind.CONTEXT_LENGTH;
        }
        return switch (type) {
            case "authentication_error" -> ErrorKind.AUTHENTICATION;
            case "billing_error" -> ErrorKind.BILLING;
            case "permission_error" -> ErrorKind.PERMISSION;
            case "not_found_error" -> ErrorKind.NOT_FOUND;
            case "conflict_error" -> ErrorKind.CONFLICT;
            case "request_too_large" -> ErrorKind.REQUEST_TOO_LARGE;
            case "rate_limit_error" -> ErrorKind.RATE_LIMIT;
            case "overloaded_error" -> ErrorKind.OVERLOADED;
            case "timeout_error" ->
                status == ErrorKind.REQUEST_TIMEOUT.status() ? ErrorKind.REQUEST_TIMEOUT : ErrorKind.TIMEOUT;
            case "invalid_request_error" ->
                status >= 400 && status < 500 ? ErrorKind.ofStatus(status) : ErrorKind.INVALID_REQUEST;
            case "api_error" -> status >= 500 ? ErrorKind.ofStatus(status) : ErrorKind.API_ERROR;
            case null, default -> ErrorKind.ofStatus(status);
        };
    }

    private static @Nullable String string(Json.Obj object, String name) {
        return object.get(name) instanceof Json.Text text ? text.string() : null;
    }
}
