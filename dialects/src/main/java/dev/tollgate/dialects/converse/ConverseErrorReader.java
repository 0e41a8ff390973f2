package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.ParsedJson;
import java.util.Locale;

/**
 * Reads <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors">
 * errors</a>: a message. Their type is in a header, and by the status that it means.
 */
final class ConverseErrorReader implements ErrorReader {
    private static final String TOO_LONG = "input is too long for requested model";

    @Override
    public ProviderError read(int status, byte[] body, int offset, int length) {
        String message = Json.parse(body, offset, offset + length) instanceof ParsedJson.Whole(Json.Obj error)
                        && error.get("message") instanceof Json.Text text
                ? text.string()
                : "";
        return new ProviderError(
                kind(ErrorKind.ofStatus(status), message),
                message.isEmpty() ? "The provider answered with status " + status + "." : message);
    }

    /** Of a prompt beyond the model's window the words tell, which are a Claude's or Bedrock's own. */
    static ErrorKind kind(ErrorKind said, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        boolean tooLong =
                said == ErrorKind.INVALID_REQUEST && (lower.contains(TOO_LONG) || lower.contains("prompt is too long"));
        return tooLong ? ErrorKind.CONTEXT_LENGTH : said;
    }
}
