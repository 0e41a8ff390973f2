package dev.tollgate.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Operation;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Headers of a caller's by which a cloud would choose what it does, and bills. */
class PlatformCallTest {
    private static Set<String> sent(Platform platform, MultiMap headers) {
        Outbound direct = new Outbound(
                HttpMethod.POST, "/v1/messages", headers, Buffer.buffer("{\"model\":\"m\",\"messages\":[]}"));
        PlatformCall call = PlatformCall.of(platform, Operation.MESSAGES, "m", false, direct);
        return new TreeSet<>(call.outbound().headers().names());
    }

    private static MultiMap callers() {
        return MultiMap.caseInsensitiveMultiMap()
                .add("traceparent", "00-1-1-01")
                .add("X-Amzn-Bedrock-PerformanceConfig-Latency", "optimized")
                .add("x-amzn-bedrock-service-tier", "priority")
                .add("x-amzn-bedrock-guardrailidentifier", "mine")
                .add("X-AMZ-Security-Token", "mine")
                .add("X-Vertex-AI-LLM-Request-Type", "dedicated");
    }

    @Test
    void noHeaderOfAmazonsIsTheCallersToSet() {
        MultiMap callers = callers();
        assertEquals(
                Set.of("accept", "content-type", "traceparent", "X-Vertex-AI-LLM-Request-Type"),
                sent(new Platform.Bedrock("eu-west-1"), callers));
        assertEquals(6, callers.size(), "another candidate may take them");
    }

    @Test
    void noHeaderOfVertexAiIsTheCallersToSet() {
        assertEquals(
                Set.of(
                        "content-type",
                        "traceparent",
                        "X-Amzn-Bedrock-PerformanceConfig-Latency",
                        "x-amzn-bedrock-service-tier",
                        "x-amzn-bedrock-guardrailidentifier",
                        "X-AMZ-Security-Token"),
                sent(new Platform.Vertex("project", "us-east5"), callers()));
    }
}
