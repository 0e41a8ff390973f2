package dev.tollgate.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One span for each call, named by OpenTelemetry's semantic conventions for generative AI, sent by OTLP. A span is made
 * when its call has ended, so a gate without traces pays nothing.
 */
public final class Traces implements CallSink, AutoCloseable {
    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("gen_ai.operation.name");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("gen_ai.provider.name");
    private static final AttributeKey<String> REQUEST_MODEL = AttributeKey.stringKey("gen_ai.request.model");
    private static final AttributeKey<String> RESPONSE_MODEL = AttributeKey.stringKey("gen_ai.response.model");
    private static final AttributeKey<Long> INPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.input_tokens");
    private static final AttributeKey<Long> OUTPUT_TOKENS = AttributeKey.longKey("gen_ai.usage.output_tokens");
    private static final AttributeKey<Long> CACHE_READ = AttributeKey.longKey("gen_ai.usage.cache_read.input_tokens");
    private static final AttributeKey<Long> CACHE_WRITE =
            AttributeKey.longKey("gen_ai.usage.cache_creation.input_tokens");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<String> REQUEST_ID = AttributeKey.stringKey("tollgate.request.id");
    private static final AttributeKey<String> KEY_NAME = AttributeKey.stringKey("tollgate.key.name");
    private static final AttributeKey<Long> COST = AttributeKey.longKey("tollgate.cost.nano_usd");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("tollgate.attempts");

    private static final TextMapGetter<String> TRACEPARENT =
            (carrier, key) -> key.equals("traceparent") ? carrier : null;

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;

    private Traces(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("dev.tollgate");
    }

    /** Empty unless the environment names an OTLP endpoint, as OpenTelemetry's specification has it. */
    public static Optional<Traces> fromEnvironment(Map<String, String> environment) {
        boolean configured = environment.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
                || environment.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        if (!configured) {
            return Optional.empty();
        }
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook()
                .addPropertiesSupplier(() -> Map.of(
                        "otel.service.name", "tollgate",
                        "otel.exporter.otlp.protocol", "http/protobuf",
                        "otel.metrics.exporter", "none",
                        "otel.logs.exporter", "none"))
                .build()
                .getOpenTelemetrySdk();
        return Optional.of(new Traces(sdk));
    }

    @Override
    public void ended(CallSummary call) {
        String operation = switch (call.operation()) {
            case "embeddings", "embed_content", "batch_embed_contents" -> "embeddings";
            case "generate_content", "stream_generate_content" -> "generate_content";
            case "messages", "chat_completions", "responses" -> "chat";
            default -> call.operation();
        };
        SpanBuilder builder = tracer.spanBuilder(operation + " " + call.requestedModel())
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(call.startMillis(), TimeUnit.MILLISECONDS)
                .setAttribute(OPERATION, operation)
                .setAttribute(PROVIDER, call.provider().equals("gemini") ? "gcp.gemini" : call.provider())
                .setAttribute(REQUEST_MODEL, call.requestedModel())
                .setAttribute(RESPONSE_MODEL, call.model())
                .setAttribute(INPUT_TOKENS, call.inputTokens() + call.cacheReadTokens() + call.cacheWriteTokens())
                .setAttribute(OUTPUT_TOKENS, call.outputTokens())
                .setAttribute(CACHE_READ, call.cacheReadTokens())
                .setAttribute(CACHE_WRITE, call.cacheWriteTokens())
                .setAttribute(STATUS, (long) call.status())
                .setAttribute(REQUEST_ID, call.requestId())
                .setAttribute(KEY_NAME, call.keyName())
                .setAttribute(COST, call.costNanoUsd())
                .setAttribute(ATTEMPTS, (long) call.attempts());
        String traceparent = call.traceparent();
        if (traceparent != null) {
            builder.setParent(
                    W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, TRACEPARENT));
        } else {
            builder.setNoParent();
        }
        Span span = builder.startSpan();
        if (!call.outcome().equals("ok")) {
            span.setStatus(StatusCode.ERROR).setAttribute(ERROR_TYPE, call.outcome());
        }
        long endMicros = TimeUnit.MILLISECONDS.toMicros(call.startMillis()) + Math.max(0, call.totalMicros());
        span.end(endMicros, TimeUnit.MICROSECONDS);
    }

    @Override
    public void close() {
        sdk.close();
    }
}
