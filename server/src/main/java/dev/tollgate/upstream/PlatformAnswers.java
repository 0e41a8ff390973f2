package dev.tollgate.upstream;

import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorBodies;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.codec.ErrorReader.ProviderError;
import dev.tollgate.dialects.gemini.GeminiCodec;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Reads an answer as the platform says it, so that all behind this knows the vendor's words alone. */
final class PlatformAnswers {
    private static final String SERVER_SENT_EVENTS = "text/event-stream";
    private static final String AWS_EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final CharSequence ERROR_TYPE = HttpHeaders.createOptimized("x-amzn-errortype");
    private static final CharSequence AWS_REQUEST_ID = HttpHeaders.createOptimized("x-amzn-requestid");
    /** AWS takes no signature whose time is further off. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private PlatformAnswers() {}

    static Answer classify(Provider provider, HttpClientResponse response, Instant now) {
        Platform platform = provider.platform();
        int status = response.statusCode();
        if (status < 200 || status >= 300) {
            return new Answer.Refused(response, provider, status(platform, response, now));
        }
        if (hasType(response, SERVER_SENT_EVENTS)) {
            return new Answer.Streaming(response, EventFraming.NONE);
        }
        return platform instanceof Platform.Bedrock && hasType(response, AWS_EVENT_STREAM)
                ? new Answer.Streaming(response, new BedrockEvents(wording(provider, text(response, AWS_REQUEST_ID))))
                : new Answer.Complete(response);
    }

    private static BedrockEvents.Wording wording(Provider provider, String requestId) {
        return provider.speaks(Dialect.CONVERSE) ? new ConverseWording() : new MessagesWording(requestId);
    }

    private static boolean hasType(HttpClientResponse response, String type) {
        String sent = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return sent != null && sent.regionMatches(true, 0, type, 0, type.length());
    }

    private static int status(Platform platform, HttpClientResponse response, Instant now) {
        int status = response.statusCode();
        if (!(platform instanceof Platform.Bedrock)) {
            return status;
        }
        int meant = AwsErrors.status(status, response.getHeader(ERROR_TYPE));
        // A gate whose clock is wrong signs wrongly: that is not the credential's fault, and every one would be lost.
        boolean clockIsOff = meant == ErrorKind.AUTHENTICATION.status() && isFarFrom(now, response);
        return clockIsOff ? ErrorKind.UNAVAILABLE.status() : meant;
    }

    private static boolean isFarFrom(Instant now, HttpClientResponse response) {
        String date = response.getHeader(HttpHeaders.DATE);
        try {
            return date != null
                    && Duration.between(
                                            ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                                                    .toInstant(),
                                            now)
                                    .abs()
                                    .compareTo(MOST_SKEW)
                            > 0;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String text(HttpClientResponse response, CharSequence name) {
        String value = response.getHeader(name);
        return value == null ? "" : value;
    }

    /** The body of a refusal in the words of the provider's dialect; the vendor's own as it came. */
    static byte[] errorBody(Answer.Refused refused, byte[] body, String requestId) {
        return switch (refused.provider().platform()) {
            case Platform.Direct none -> body;
            case Platform.Bedrock bedrock -> {
                String type = text(refused.response(), ERROR_TYPE);
                Dialect dialect = refused.provider().speaks(Dialect.CONVERSE) ? Dialect.CONVERSE : Dialect.ANTHROPIC;
                ErrorKind kind = ErrorKind.ofStatus(refused.status());
                yield ErrorBodies.write(dialect, kind, AwsErrors.message(body, type), requestId);
            }
            case Platform.Vertex vertex -> isAnthropics(body) ? body : google(refused.status(), body, requestId);
        };
    }

    /** What the model's own server says comes through Vertex AI as it is. */
    private static boolean isAnthropics(byte[] body) {
        return TopLevel.text(body, "type").equals("error");
    }

    private static byte[] google(int status, byte[] body, String requestId) {
        ProviderError error = GeminiCodec.codec().errorReader().read(status, body, 0, body.length);
        return ErrorBodies.write(Dialect.ANTHROPIC, error.kind(), error.message(), requestId);
    }
}
