package dev.tollgate.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What a request is about, below {@code /admin/v1}.
 *
 * @param path the encoded path and query
 */
record Resource(String path) {
    /**
     * @param template the path as openapi.yaml has it, with {@code {}} for each parameter
     * @param segments the parameters, as the person gave them; each becomes one encoded segment (RFC 3986 §3.3)
     */
    static Resource of(String template, String... segments) {
        String path = template;
        for (String segment : segments) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw Failure.usage("\"" + segment + "\" is no name.", "Names are letters, digits, '.', '_' and '-'.");
            }
            int place = path.indexOf("{}");
            path = path.substring(0, place) + encode(segment) + path.substring(place + 2);
        }
        return new Resource(path);
    }

    /** Adds a query parameter; an empty value adds none. */
    Resource query(String name, String value) {
        return value.isEmpty()
                ? this
                : new Resource(path + (path.contains("?") ? "&" : "?") + name + "=" + encode(value));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
