package dev.tollgate.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Where calls go.
 *
 * @param address of the listener
 * @param path with query, as {@code /v1/chat/completions}
 * @param authorization the whole value of the header; never printed
 */
public record Target(InetSocketAddress address, String path, String authorization) {

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

    /** A whole HTTP request. */
    public byte[] requestBytes(String body, boolean keepAlive) {
        var head = new StringBuilder("POST ")
                .append(path)
                .append(" HTTP/1.1\r\nhost: ")
                .append(address.getHostString())
                .append(':')
                .append(address.getPort())
                .append("\r\nauthorization: ")
                .append(authorization)
                .append("\r\n");
        SDK_HEADERS.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
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

    /** The same outside the heap, which every call sends again; releasing it does nothing. */
    ByteBuf request(String body) {
        byte[] request = requestBytes(body, true);
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(request.length).writeBytes(request));
    }

    @Override
    public String toString() {
        return "http://" + address.getHostString() + ":" + address.getPort() + path;
    }
}
