package dev.tollgate.dialects.responses;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;

/** Reads OpenAI's error body, {@code {"error": {"message", "type", "param", "code"}}}. */
final class ResponsesErrorReader implements ErrorReader {
    @Override
    public ProviderError read(int status, byte[] body, int offset, int length) {
        ErrorKind kind = kind(status);
        if (Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json.Obj object)) {
            if (object.get("error") instanceof Json.Obj error) {
                ProviderError said = ResponseHead.error(error, kind);
                // The status tells more than "invalid_request_error", which OpenAI says of most of them.
                boolean vague = said.kind() == ErrorKind.INVALID_REQUEST || said.kind() == ErrorKind.API_ERROR;
                return vague ? new ProviderError(kind, said.message()) : said;
            }
            if (object.get("error") instanceof Json.Text text) {
                return new ProviderError(kind, text.string());
            }
            if (object.get("detail") instanceof Json.Text text) {
                return new ProviderError(kind, text.string());
            }
        }
        return new ProviderError(kind, "The provider answered with status " + status + ".");
    }

    private static ErrorKind kind(int status) {
        for (ErrorKind kind : ErrorKind.values()) {
            if (kind.status() == status) {
                return kind;
            }
        }
        return status >= 400 && status < 500 ? ErrorKind.INVALID_REQUEST : ErrorKind.API_ERROR;
    }
}
