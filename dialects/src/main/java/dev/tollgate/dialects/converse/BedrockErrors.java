package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.ErrorKind;
import java.util.Locale;
import java.util.Set;

/**
 * What the types of Bedrock's errors mean (<a
 * href="https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html">Troubleshooting Amazon Bedrock
 * API error codes</a>, <a href="https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html">Common errors</a>).
 */
public final class BedrockErrors {
    /** The credential itself is refused. AWS says so with a 403, which here means a permission that it lacks. */
    private static final Set<String> CREDENTIAL = Set.of(
            "expiredtoken",
            "invalidclienttokenid",
            "invalidsignature",
            "missingauthenticationtoken",
            "signaturedoesnotmatch",
            "unrecognizedclient");

    private BedrockErrors() {}

    /**
     * The kind of an error of that type.
     *
     * @param type as Bedrock writes it, such as {@code ThrottlingException} or {@code throttlingException}
     */
    public static ErrorKind kind(String type) {
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

    /** {@code ThrottlingException:http://internal.amazon.com/…} is {@code throttling}. */
    private static String plain(String type) {
        int colon = type.indexOf(':');
        String name = (colon < 0 ? type : type.substring(0, colon)).toLowerCase(Locale.ROOT);
        int hash = name.lastIndexOf('#');
        name = name.substring(hash + 1);
        return name.endsWith("exception") ? name.substring(0, name.length() - "exception".length()) : name;
    }
}
