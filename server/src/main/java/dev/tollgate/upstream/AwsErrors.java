package dev.tollgate.upstream;

import dev.tollgate.dialects.ErrorKind;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Bedrock's errors mean (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html">Troubleshooting Amazon Bedrock
 * API error codes</a>, <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html">Common errors</a>): a
 * type in the header {@code x-amzn-errortype} or within a stream, a message in the body.
 */
final class AwsErrors {
    /** The credential itself is refused. AWS says so with a 403, which here means a permission that it lacks. */
    private static final Set<String> CREDENTIAL = Set.of(
            "expiredtoken",
            "invalidclienttokenid",
            "invalidsignature",
            "missingauthenticationtoken",
            "signaturedoesnotmatch",
            "unrecognizedclient");

    private AwsErrors() {}

    /**
     * The kind of an error of that type.
     *
     * @param type as Bedrock writes it, such as {@code ThrottlingException} or {@code throttlingException}
     */
    static ErrorKind kind(String type) {
        String plain = plain(type);
        if (CREDENTIAL.contains(plain)) {
            return ErrorKind.AUTHENTICATION;
        }
        return switch (plain) {
            case "accessdenied", "notauthorized", "optinrequired" -> ErrorKind.PERMISSION;
            case "validation", "validationerror" -> ErrorKind.INVALID_REQUEST;
            case "resourcenotfound", "ftuformnotfilled" -> ErrorKind.NOT_FOUND;
            case "throttling", "modelnotready", "servicequotaexceeded", "toomanyrequests" -> ErrorKind.RATE_LIMIT;
            case "conflict" -> ErrorKind.CONFLICT;
            case "modeltimeout" -> ErrorKind.TIMEOUT;
            case "requestentitytoolarge" -> ErrorKind.REQUEST_TOO_LARGE;
            case "serviceunavailable" -> ErrorKind.OVERLOADED;
            default -> ErrorKind.API_ERROR;
        };
    }

    /**
     * The status under which the gate treats a refusal.
     *
     * @param type null where the answer names none: then its own status stands
     */
    static int status(int status, @Nullable String type) {
        if (type == null || type.isEmpty()) {
            return status;
        }
        return switch (kind(type)) {
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

    /** {@code ThrottlingException:http://internal.amazon.com/…} is {@code throttling}. */
    private static String plain(String type) {
        int colon = type.indexOf(':');
        String name = (colon < 0 ? type : type.substring(0, colon)).toLowerCase(Locale.ROOT);
        int hash = name.lastIndexOf('#');
        name = name.substring(hash + 1);
        return name.endsWith("exception") ? name.substring(0, name.length() - "exception".length()) : name;
    }
}
