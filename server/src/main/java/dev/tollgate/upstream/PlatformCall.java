package dev.tollgate.upstream;

import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.HostedMessages;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.Splice;
import dev.tollgate.dialects.Splices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A call as the platform takes it that hosts the model. One of Anthropic's API: another path, another head, the same body but for
 * splices. One in Converse, which is Bedrock's own: as it is, but for its head.
 *
 * @param edits the fields of the body that were changed, for the record
 */
public record PlatformCall(Outbound outbound, List<String> edits) {
    private static final CharSequence VERSION = HttpHeaders.createOptimized("anthropic-version");
    private static final CharSequence BETA = HttpHeaders.createOptimized("anthropic-beta");
    private static final String EVENT_STREAM = "application/vnd.amazon.eventstream";
    private static final String BEDROCK_VERSION = "bedrock-2023-05-31";
    private static final String VERTEX_VERSION = "vertex-2023-10-16";

    /**
     * Puts the call so.
     *
     * @param operation one that the platform {@link Platform#serves}
     * @param direct as it would go to the vendor; it is not changed
     */
    public static PlatformCall of(
            Platform platform, Operation operation, String model, boolean stream, Outbound direct) {
        return switch (platform) {
            case Platform.Direct none -> new PlatformCall(direct, List.of());
            case Platform.Bedrock bedrock ->
                operation.dialect() == Dialect.CONVERSE ? converse(operation, direct) : invoke(model, stream, direct);
            case Platform.Vertex vertex -> vertex(vertex, operation, model, stream, direct);
        };
    }

    /** It was written for Bedrock: just what of the answer is asked for is to be said. */
    private static PlatformCall converse(Operation operation, Outbound direct) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(direct.headers());
        headers.set(HttpHeaders.ACCEPT, operation == Operation.CONVERSE_STREAM ? EVENT_STREAM : "application/json");
        return new PlatformCall(
                new Outbound(direct.method(), direct.pathAndQuery(), headers, direct.body()), List.of());
    }

    private static PlatformCall invoke(String model, boolean stream, Outbound direct) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(direct.headers());
        List<String> betas = betas(headers.getAll(BETA));
        headers.remove(BETA).remove(VERSION);
        // Unsigned, a header of theirs would void the signature; and none of them is the caller's to set:
        // x-amzn-bedrock-…
        // chooses a tier, a latency and a guardrail, which are billed.
        removeAll(headers, "x-amz");
        // What of the answer is asked for: an event stream's chunks are JSON, too.
        headers.set(HttpHeaders.ACCEPT, stream ? EVENT_STREAM : "application/json");
        String path = "/model/" + segment(model) + (stream ? "/invoke-with-response-stream" : "/invoke");
        return put(
                direct.body(),
                new HostedMessages.Form(BEDROCK_VERSION, Set.of("model", "stream"), betas),
                path,
                headers);
    }

    private static PlatformCall vertex(
            Platform.Vertex place, Operation operation, String model, boolean stream, Outbound direct) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(direct.headers());
        headers.remove(VERSION);
        removeAll(headers, "x-vertex-ai-");
        String models = "/v1/projects/" + segment(place.project()) + "/locations/" + segment(place.region())
                + "/publishers/anthropic/models/";
        boolean counts = operation == Operation.COUNT_TOKENS; // the one whose body names the model
        String path = counts
                ? models + "count-tokens:rawPredict"
                : models + segment(model) + (stream ? ":streamRawPredict" : ":rawPredict");
        Set<String> removed = counts ? Set.of() : Set.of("model");
        return put(direct.body(), new HostedMessages.Form(VERTEX_VERSION, removed, List.of()), path, headers);
    }

    private static PlatformCall put(Buffer direct, HostedMessages.Form form, String path, MultiMap headers) {
        // The signature covers it: as a caller wrote it, perhaps twice, it could void the signature.
        headers.set(HttpHeaders.CONTENT_TYPE, "application/json");
        ByteBuf bytes = ((BufferInternal) direct).getByteBuf();
        boolean inArray = bytes.hasArray();
        byte[] body = inArray ? bytes.array() : direct.getBytes();
        int offset = inArray ? bytes.arrayOffset() + bytes.readerIndex() : 0;
        List<Splice> splices = HostedMessages.edits(body, offset, direct.length(), form);
        byte[] edited = Splices.apply(body, offset, direct.length(), splices);
        return new PlatformCall(
                new Outbound(HttpMethod.POST, path, headers, BufferInternal.buffer(Unpooled.wrappedBuffer(edited))),
                splices.stream().map(Splice::field).toList());
    }

    private static List<String> betas(List<String> headers) {
        List<String> betas = new ArrayList<>();
        for (String header : headers) {
            for (String beta : header.split(",", -1)) {
                if (!beta.isBlank() && !betas.contains(beta.strip())) {
                    betas.add(beta.strip());
                }
            }
        }
        return betas;
    }

    private static void removeAll(MultiMap headers, String prefix) {
        headers.names().stream()
                .filter(name -> startsWith(name, prefix))
                .toList()
                .forEach(headers::remove);
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    /** Everything but RFC 3986's unreserved characters is encoded; an ARN's slashes and colons, too. */
    private static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~")
                .replace("%40", "@"); // a version at Vertex AI: allowed in a segment, and written so everywhere
    }
}
