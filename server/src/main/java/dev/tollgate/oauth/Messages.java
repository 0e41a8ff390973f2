package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import net.minidev.json.JSONObject;

/** Carries messages between our web kit and the library that reads and writes them. */
final class Messages {
    /** RFC 6749 section 3.2 forbids the rest to come twice; these may (RFC 8707, RFC 8693). */
    private static final Set<String> MAY_REPEAT = Set.of("resource", "audience");

    private Messages() {}

    /**
     * The request as the library wants it.
     *
     * @throws OAuthRefusal {@code invalid_request} if a parameter came twice, or the body has another type
     */
    static HTTPRequest request(WebRequest request, URI endpoint, String body) {
        HTTPRequest.Method method =
                request.method().equals(HttpMethod.POST) ? HTTPRequest.Method.POST : HTTPRequest.Method.GET;
        HTTPRequest http = new HTTPRequest(method, endpoint);
        for (String name : request.form().asMap().keySet()) {
            if (request.form().all(name).size() > 1 && !MAY_REPEAT.contains(name)) {
                throw OAuthRefusal.invalidRequest("A parameter came more than once.");
            }
        }
        try {
            String type = request.header("content-type");
            if (type != null) {
                http.setContentType(type);
            }
        } catch (ParseException e) {
            throw OAuthRefusal.invalidRequest("The content type is not well formed.");
        }
        http.setBody(body);
        String authorization = request.header("authorization");
        if (authorization != null) {
            http.setAuthorization(authorization);
        }
        return http;
    }

    static String body(WebRequest request) {
        return new String(request.body(), StandardCharsets.UTF_8);
    }

    /** Reads a message with the library. */
    @FunctionalInterface
    interface Reading<M> {
        M read() throws ParseException;
    }

    /**
     * A message that the library reads. Nothing else may be done in the reading: the library throws exceptions of any kind at what
     * it has not foreseen, and here they are all the sender's fault.
     *
     * @throws OAuthRefusal if it is not well formed
     */
    static <M> M read(Reading<M> reading) {
        try {
            return reading.read();
        } catch (ParseException e) {
            throw refusal(e);
        } catch (RuntimeException e) {
            throw OAuthRefusal.invalidRequest("A parameter is not well formed.");
        }
    }

    /** What the library has found wrong, in the form of the RFC. */
    static OAuthRefusal refusal(ParseException e) {
        ErrorObject error = e.getErrorObject();
        ErrorObject code = error == null ? OAuth2Error.INVALID_REQUEST : error;
        String message = e.getMessage();
        String text = ErrorObject.removeIllegalChars(message == null ? "The request is not well formed." : message);
        return OAuthRefusal.of(code, text.substring(0, Math.min(text.length(), 300)));
    }

    static WebReply json(int status, JSONObject body) {
        return WebReply.json(status, body.toJSONString().getBytes(StandardCharsets.UTF_8));
    }

    /** A refusal by RFC 6749 section 5.2. */
    static WebReply error(OAuthRefusal refusal) {
        WebReply reply = error(refusal.error());
        long seconds = refusal.retryAfterSeconds();
        return seconds == 0 ? reply : reply.with("retry-after", Long.toString(seconds));
    }

    /** An error by RFC 6749 section 5.2. */
    static WebReply error(ErrorObject error) {
        return error(error, error.getHTTPStatusCode());
    }

    static WebReply error(ErrorObject error, int status) {
        // What the library means to be sent by redirect has no status of its own here.
        WebReply reply = json(status < 400 ? 400 : status, error.toJSONObject());
        boolean client = OAuth2Error.INVALID_CLIENT_CODE.equals(error.getCode());
        return client ? reply.with("www-authenticate", "Basic realm=\"tollgate\"") : reply;
    }
}
