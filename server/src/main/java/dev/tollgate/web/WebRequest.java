package dev.tollgate.web;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been read whole.
 *
 * @param path as it was sent, without the query
 * @param pathParameters the decoded segments that the route names in braces
 * @param form empty unless the body is a form
 * @param body as it came; empty where there was none
 * @param clientAddress the client's IP address as text
 */
public record WebRequest(
        HttpMethod method,
        String path,
        Map<String, String> pathParameters,
        Params query,
        Params form,
        byte[] body,
        MultiMap headers,
        String clientAddress) {

    /** The decoded segment of the path. */
    public String pathParameter(String name) {
        return pathParameters.getOrDefault(name, "");
    }

    /** Path and query, encoded anew: by these a browser comes back here. */
    public String pathAndQuery() {
        String encoded = Params.encode(query.asMap());
        return encoded.isEmpty() ? path : path + "?" + encoded;
    }

    /** The header's value; null if it is absent or came more than once. */
    public @Nullable String header(String name) {
        List<String> all = headers.getAll(name);
        return all.size() == 1 ? all.getFirst() : null;
    }

    /**
     * The cookie's value; null if there is none of that name, or more than one: a site beside ours may have planted the
     * other (RFC 6265 section 8.6), and nobody can say which is which.
     */
    public @Nullable String cookie(String name) {
        String found = null;
        for (String header : headers.getAll("cookie")) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    if (found != null) {
                        return null;
                    }
                    found = pair.substring(equals + 1).strip();
                }
            }
        }
        return found;
    }

    /** Neither body nor parameters: they may be secrets. */
    @Override
    public String toString() {
        return "WebRequest[" + method + " " + path + "]";
    }
}
