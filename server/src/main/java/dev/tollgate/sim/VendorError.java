package dev.tollgate.sim;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error in a vendor's shape: Anthropic's {@code {"type":"error","error":{type,message},"request_id"}}, OpenAI's
 * {@code {"error":{message,type,param,code}}}, Gemini's {@code {"error":{code,message,status,details}}} (google.rpc.Status).
 *
 * @param type Anthropic's and OpenAI's {@code type}, Gemini's {@code status}
 * @param code OpenAI's {@code code}, Gemini's {@code ErrorInfo} reason
 */
record VendorError(
        Vendor vendor, int status, String type, @Nullable String code, String message) {

    /** What the vendor says with this HTTP status. */
    static VendorError of(Vendor vendor, int status) {
        return switch (vendor) {
            case ANTHROPIC -> anthropic(status);
            case OPENAI -> openAi(status);
            case GEMINI -> gemini(status);
        };
    }

    /** What the vendor says of a key that it does not know; Gemini, alone, with a 400. */
    static VendorError unknownKey(Vendor vendor) {
        return vendor == Vendor.GEMINI
                ? new VendorError(
                        vendor,
                        400,
                        "INVALID_ARGUMENT",
                        "API_KEY_INVALID",
                        "API key not valid. Please pass a valid API key.")
                : of(vendor, 401);
    }

    VendorError withMessage(String message) {
        return new VendorError(vendor, status, type, code, message);
    }

    private static VendorError anthropic(int status) {
        String type = switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 504 -> "timeout_error";
            case 529 -> "overloaded_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
        String message = switch (status) {
            case 401 -> "invalid x-api-key";
            case 429 -> "This request would exceed your organization's rate limit. Please try again later.";
            case 500 -> "Internal server error";
            case 529 -> "Overloaded";
            default -> "The simulated provider was asked for status " + status + ".";
        };
        return new VendorError(Vendor.ANTHROPIC, status, type, null, message);
    }

    private static VendorError openAi(int status) {
        String type = switch (status) {
            case 429 -> "requests";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
        String code = switch (status) {
            case 401 -> "invalid_api_key";
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
        };
        String message = switch (status) {
            case 401 -> "Incorrect API key provided. You can find your API key in your account's settings.";
            case 429 -> "Rate limit reached on requests per min (RPM): Limit 500, Used 500, Requested 1.";
            case 500 -> "The server had an error while processing your request. Sorry about that!";
            case 503, 529 -> "The server is currently overloaded with other requests.";
            default -> "The simulated provider was asked for status " + status + ".";
        };
        return new VendorError(Vendor.OPENAI, status, type, code, message);
    }

    private static VendorError gemini(int status) {
        String name = switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 408, 504 -> "DEADLINE_EXCEEDED";
            case 409 -> "ABORTED";
            case 429 -> "RESOURCE_EXHAUSTED";
            case 501 -> "UNIMPLEMENTED";
            case 503, 529 -> "UNAVAILABLE";
            default -> status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
        };
        String message = switch (status) {
            case 401 -> "Request had invalid authentication credentials.";
            case 429 -> "You exceeded your current quota, please check your plan and billing details.";
            case 500 -> "An internal error has occurred. Please retry.";
            case 503, 529 -> "The model is overloaded. Please try again later.";
            default -> "The simulated provider was asked for status " + status + ".";
        };
        return new VendorError(Vendor.GEMINI, status, name, null, message);
    }

    /**
     * The error as JSON.
     *
     * @param retryAfter what {@code retry-after} says; Gemini's {@code RetryInfo} repeats it when it is in seconds
     */
    ObjectNode body(String requestId, Optional<String> retryAfter) {
        ObjectNode body = Json.object();
        switch (vendor) {
            case ANTHROPIC -> {
                body.put("type", "error").putObject("error").put("type", type).put("message", message);
                body.put("request_id", requestId);
            }
            case OPENAI ->
                body.putObject("error")
                        .put("message", message)
                        .put("type", type)
                        .putNull("param")
                        .put("code", code);
            case GEMINI -> {
                ObjectNode error = body.putObject("error")
                        .put("code", status)
                        .put("message", message)
                        .put("status", type);
                if (status == 429) {
                    quotaDetails(error, retryAfter);
                }
                if (code != null) {
                    detail(error, "ErrorInfo").put("reason", code).put("domain", "googleapis.com");
                }
            }
        }
        return body;
    }

    private static void quotaDetails(ObjectNode error, Optional<String> retryAfter) {
        detail(error, "QuotaFailure")
                .putArray("violations")
                .addObject()
                .put("quotaMetric", "generativelanguage.googleapis.com/generate_content_paid_tier_requests")
                .put("quotaId", "GenerateRequestsPerMinutePerProjectPerModel")
                .put("quotaValue", "500");
        retryAfter
                .filter(value -> value.chars().allMatch(Character::isDigit))
                .ifPresent(seconds -> detail(error, "RetryInfo").put("retryDelay", seconds + "s"));
    }

    private static ObjectNode detail(ObjectNode error, String type) {
        return error.withArray("details").addObject().put("@type", "type.googleapis.com/google.rpc." + type);
    }
}
