package dev.tollgate.bench.load;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Where calls go.
 *
 * @param address of the listener
 * @param path with query, as {@code /v1/chat/completions}
 * @param authorizations whole values of the header, all of one length; each call takes one of them at random; never printed
 * @param labels headers besides those of an official SDK, by their names in lower case
 */
public record Target(InetSocketAddress address, String path, List<String> authorizations, Map<String, String> labels) {
    static final String AUTHORIZATION = "authorization: ";

    /** What an official SDK sends beside the body: a gate has to look at every one of them. */
    private static final Map<String, String> SDK_HEADERS = Map.of(
            "accept", "application/json",
            "content-type", "application/json",
            "user-agent", "OpenAI/JS 6.9.1",
            "x-stainless-lang", "js",
            "x-stainless-package-version", "6.9.1",
            "x-stainless-os", "Linux",
            "x-stainless-arch", "x64",
            "x-stainless-runtime", "node",
            "x-stainless-retry-count", "0");

    public Target {
        authorizations = List.copyOf(authorizations);
        labels = Map.copyOf(labels);
        if (authorizations.stream().mapToInt(String::length).distinct().count() != 1) {
            throw new IllegalArgumentException("a target has authorizations of one length");
        }
    }

    /** One caller, who sends what an official SDK sends. */
    public Target(InetSocketAddress address, String path, String authorization) {
        this(address, path, List.of(authorization), Map.of());
    }

    /** The same with headers besides. */
    public Target labelled(Map<String, String> headers) {
        return new Target(address, path, authorizations, headers);
    }

    /** A whole HTTP request of the first caller. */
    public byte[] requestBytes(String body, boolean keepAlive) {
        var head = new StringBuilder("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nhost: ")
                .append(address.getHostString())
                .append(':')
                .append(address.getPort())
                .append("\r\n")
                .append(AUTHORIZATION)
                .append(authorizations.getFirst())
                .append("\r\n");
        appendHeaders(head, SDK_HEADERS);
        appendHeaders(head, labels);
        if (path.endsWith("/messages")) {
            head.append("anthropic-version: 2023-06-01\r\n");
        }
        if (!keepAlive) {
            head.append("connection: close\r\n");
        }
        byte[] bodyBytes = body.getBytes(StandardCharsets.UTF_8);
        head.append("content-length: ").append(bodyBytes.length).append("\r\n\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = Arrays.copyOf(headBytes, headBytes.length + bodyBytes.length);
        System.arraycopy(bodyBytes, 0, request, headBytes.length, bodyBytes.length);
        return request;
    }

    private static void appendHeaders(StringBuilder head, Map<String, String> headers) {
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    }

    @Override
    public String toString() {
        return "http://" + address.getHostString() + ":" + address.getPort() + path;
    }
}
