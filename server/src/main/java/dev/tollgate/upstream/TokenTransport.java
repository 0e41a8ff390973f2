package dev.tollgate.upstream;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The way to a token endpoint, whose address stands in a file that a person gave: judged like a provider's before each
 * connection, no redirects, a small answer. Blocks whoever executes a request; never an event loop.
 */
final class TokenTransport extends HttpTransport {
    private static final int MOST_BYTES = 64 * 1024;

    private final Context context;
    private final Connector connector;
    private final long patienceMillis;

    TokenTransport(Vertx vertx, AddressBook addresses, Timeouts timeouts) {
        this.context = vertx.getOrCreateContext();
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setConnectTimeout((int) timeouts.connect().toMillis())
                .setKeepAlive(false)
                .setDecompressionSupported(false));
        this.connector = new Connector(context, client, addresses, timeouts.connect());
        this.patienceMillis = 2 * timeouts.connect().toMillis();
    }

    @Override
    public boolean supportsMethod(String method) {
        return method.equals("POST");
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String url) {
        return new Request(method, URI.create(url));
    }

    private final class Request extends LowLevelHttpRequest {
        private final String method;
        private final URI uri;
        private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();

        Request(String method, URI uri) {
            this.method = method;
            this.uri = uri;
        }

        @Override
        public void addHeader(String name, String value) {
            headers.add(name, value);
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            if (getStreamingContent() != null) {
                getStreamingContent().writeTo(body);
            }
            headers.set(HttpHeaders.CONTENT_TYPE, getContentType());
            headers.set(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
            CompletableFuture<Response> answer = new CompletableFuture<>();
            context.runOnContext(v -> exchange(Buffer.buffer(body.toByteArray()))
                    .onSuccess(answer::complete)
                    .onFailure(answer::completeExceptionally));
            try {
                return answer.get(patienceMillis, TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("the token endpoint could not be reached", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        private Future<Response> exchange(Buffer body) {
            String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return connector
                    .request(uri, HttpMethod.valueOf(method), path + query)
                    .compose(request -> {
                        request.headers().addAll(headers);
                        return request.idleTimeout(patienceMillis)
                                .send(body)
                                .compose(response -> whole(request, response));
                    });
        }
    }

    private static Future<Response> whole(HttpClientRequest request, HttpClientResponse response) {
        return SmallBody.read(request, response, MOST_BYTES)
                .map(body -> new Response(response.statusCode(), response.headers(), body.getBytes()));
    }

    private static final class Response extends LowLevelHttpResponse {
        private final int status;
        private final MultiMap headers;
        private final byte[] body;

        Response(int status, MultiMap headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public @Nullable String getContentEncoding() {
            return headers.get(HttpHeaders.CONTENT_ENCODING);
        }

        @Override
        public long getContentLength() {
            return body.length;
        }

        @Override
        public @Nullable String getContentType() {
            return headers.get(HttpHeaders.CONTENT_TYPE);
        }

        @Override
        public String getStatusLine() {
            return "HTTP/1.1 " + status;
        }

        @Override
        public int getStatusCode() {
            return status;
        }

        @Override
        public String getReasonPhrase() {
            return "";
        }

        /** No other header of a token's answer is used. */
        @Override
        public int getHeaderCount() {
            return 0;
        }

        @Override
        public String getHeaderName(int index) {
            throw new IndexOutOfBoundsException(index);
        }

        @Override
        public String getHeaderValue(int index) {
            throw new IndexOutOfBoundsException(index);
        }
    }
}
