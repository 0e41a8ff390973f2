package dev.tollgate.web;

import dev.tollgate.kernel.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A whole answer. What goes with every answer (no sniffing, no store) is added when it is sent.
 *
 * @param headers in their order; a name may stand more than once ({@code set-cookie})
 */
public record WebReply(int status, String contentType, byte[] body, List<Map.Entry<String, String>> headers) {
    public WebReply {
        headers = List.copyOf(headers);
    }

    /** A JSON object. */
    public static WebReply json(int status, JsonNode body) {
        return json(status, Json.MAPPER.writeValueAsBytes(body));
    }

    /** JSON that has been written already. */
    public static WebReply json(int status, byte[] body) {
        return new WebReply(status, "application/json", body, List.of());
    }

    /** A page. */
    public static WebReply html(int status, String page) {
        return new WebReply(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8), List.of());
    }

    /** Text for people. */
    public static WebReply text(int status, String text) {
        return new WebReply(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    /** Sends the browser on, by GET whatever it came with (RFC 9110 section 15.4.4). */
    public static WebReply seeOther(String location) {
        return new WebReply(303, "text/plain; charset=utf-8", new byte[0], List.of(Map.entry("location", location)));
    }

    /** A status without a body. */
    public static WebReply empty(int status) {
        return new WebReply(status, "text/plain; charset=utf-8", new byte[0], List.of());
    }

    /** With one more header. */
    public WebReply with(String name, String value) {
        List<Map.Entry<String, String>> more = new ArrayList<>(headers);
        more.add(Map.entry(name, value));
        return new WebReply(status, contentType, body, more);
    }

    /** Neither the body nor the headers: they may be secrets. */
    @Override
    public String toString() {
        return "WebReply[" + status + "]";
    }
}
