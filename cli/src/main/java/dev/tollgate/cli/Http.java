package dev.tollgate.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One request at a time, no redirect followed: what is secret in it goes to the server that was named and nowhere else.
 *
 * <p>Through {@link HttpURLConnection}, because a command should start in a blink: the first request took 60 ms of it,
 * where {@link HttpClient}, which prepares TLS even for plain http, took 530 (a 2-core machine, JDK 25). It knows no
 * PATCH; that one method goes through {@link HttpClient}.
 */
final class Http {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Long: the server may wrap a thousand keys anew, or compute a long chain, before it answers. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(5);

    static {
        // Else a POST whose connection broke is sent again by itself, and a key may be created twice.
        System.setProperty("sun.net.http.retryPost", "false");
        // Else a connection that the server has closed may be taken again: it is kept whatever we ask for.
        System.setProperty("http.keepAlive", "false");
    }

    /** Status and body; the body is read from the connection as it is read from here. */
    record Reply(int status, InputStream body) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    private Http() {}

    /**
     * Asks as the bearer of a token, in JSON.
     *
     * @param json the body, or null for none
     */
    static Reply send(String method, URI uri, String token, @Nullable String json) throws IOException {
        return method.equals("PATCH")
                ? patch(uri, token, Objects.requireNonNullElse(json, "{}"))
                : send(
                        method,
                        uri,
                        Map.of("Authorization", "Bearer " + token, "Accept", "application/json, application/x-ndjson"),
                        json == null ? null : new Body("application/json", json),
                        ANSWER_TIMEOUT);
    }

    /** What is sent, and its media type. */
    record Body(String type, String text) {
        /** It may hold a secret. */
        @Override
        public String toString() {
            return type;
        }
    }

    static Reply send(String method, URI uri, Map<String, String> headers, @Nullable Body body, Duration answerTimeout)
            throws IOException {
        // A proxy is only ever right on the way to elsewhere, and there the JDK's own settings (https.proxyHost) hold.
        HttpURLConnection connection = (HttpURLConnection)
                (uri.getScheme().equals("http")
                        ? uri.toURL().openConnection(Proxy.NO_PROXY)
                        : uri.toURL().openConnection());
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
        connection.setReadTimeout((int) answerTimeout.toMillis());
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", body.type());
            // Not in streaming mode: there a 401 arrives as an exception without its body.
            connection.getOutputStream().write(body.text().getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        InputStream answer = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
        return new Reply(status, answer == null ? InputStream.nullInputStream() : answer);
    }

    private static Reply patch(URI uri, String token, String json) throws IOException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT);
        if (uri.getScheme().equals("http")) {
            builder.proxy(HttpClient.Builder.NO_PROXY);
        }
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", "Bearer " + token)
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json))
                .build();
        try (HttpClient client = builder.build()) {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), new ByteArrayInputStream(response.body()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
