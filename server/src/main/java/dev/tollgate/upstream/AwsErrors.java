package dev.tollgate.upstream;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.converse.BedrockErrors;
import org.jspecify.annotations.Nullable;

/**
 * What Bedrock's error responses mean: a type in the header {@code x-amzn-errortype} or within a stream ({@link BedrockErrors}), a
 * message in the body.
 */
final class AwsErrors {
    private AwsErrors() {}

    /**
     * The status under which the gate treats a refusal.
     *
     * @param type null where the answer names none: then its own status stands
     */
    static int status(int status, @Nullable String type) {
        if (type == null || type.isEmpty()) {
            return status;
        }
        return switch (BedrockErrors.kind(type)) {
            case AUTHENTICATION -> ErrorKind.AUTHENTICATION.status();
            case RATE_LIMIT -> ErrorKind.RATE_LIMIT.status();
            // 424: the model failed, or its stream; no fault of the request.
            case API_ERROR -> status == 424 ? ErrorKind.API_ERROR.status() : status;
            default -> status;
        };
    }

    /** The message of an error's body, or what its type says. */
    static String message(byte[] body, String type) {
        String message = TopLevel.text(body, "message");
        return message.isEmpty() ? "Amazon Bedrock reported: " + type + "." : message;
    }
}
