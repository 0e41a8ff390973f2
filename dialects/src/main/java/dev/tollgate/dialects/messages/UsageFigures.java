package dev.tollgate.dialects.messages;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import dev.tollgate.dialects.json.JsonBytes;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code usage}: {@code input_tokens} leaves the cache out, {@code output_tokens} includes thinking. Figures of a stream are
 * cumulative, and what a later event does not say stays as it was. Steps of compaction and of the advisor are billed beside the
 * answer's own figures, and are added (<a href="https://platform.claude.com/docs/en/build-with-claude/compaction">compaction</a>).
 */
final class UsageFigures {
    /** What no answer reaches; sums stay far from overflowing. */
    private static final long MOST = 1_000_000_000L;

    private long input;
    private long cacheRead;
    private long cacheWrite;
    private long cacheWrite5m;
    private long cacheWrite1h;
    private long output;
    private long reasoning;
    private long webSearches;
    private @Nullable UsageFigures steps;
    private @Nullable String serviceTier;

    /** Reads the object of that name, where it is there. */
    boolean read(Fields of, Reading reading) {
        Json.Obj object = of.object("usage");
        if (object == null) {
            return false;
        }
        Fields fields = new Fields(of.at("usage"), object, reading);
        counts(fields, reading);
        inner(
                fields,
                "output_tokens_details",
                reading,
                details -> figure(details, "thinking_tokens", reading, count -> {
                    reasoning = count;
                }));
        inner(
                fields,
                "server_tool_use",
                reading,
                tools -> figure(tools, "web_search_requests", reading, count -> {
                    webSearches = count;
                }));
        String tier = fields.string("service_tier");
        serviceTier = tier == null ? serviceTier : tier;
        iterations(fields, reading);
        fields.skip("inference_geo"); // the provider's bookkeeping, as is the speed it was billed at
        fields.skip("speed");
        fields.end();
        return true;
    }

    @Nullable
    String serviceTier() {
        return serviceTier;
    }

    Usage usage() {
        UsageFigures extra = steps == null ? new UsageFigures() : steps;
        return new Usage(
                input + extra.input,
                cacheRead + extra.cacheRead,
                shortLived() + extra.cacheWrite5m,
                longLived() + extra.cacheWrite1h,
                output + extra.output,
                reasoning,
                webSearches);
    }

    /** Writes {@code usage}; a provider that says none is taken to say zeros, as Anthropic's clients insist on figures. */
    static void write(@Nullable Usage said, @Nullable String serviceTier, JsonBytes out) {
        Usage usage = said == null ? Usage.ZERO : said;
        out.name("usage").beginObject().field("input_tokens", usage.inputTokens());
        out.field("cache_creation_input_tokens", usage.cacheWrite5mTokens() + usage.cacheWrite1hTokens());
        out.field("cache_read_input_tokens", usage.cacheReadTokens());
        out.name("cache_creation").beginObject();
        out.field("ephemeral_5m_input_tokens", usage.cacheWrite5mTokens());
        out.field("ephemeral_1h_input_tokens", usage.cacheWrite1hTokens()).endObject();
        out.field("output_tokens", usage.outputTokens());
        if (usage.reasoningTokens() > 0) {
            out.name("output_tokens_details").beginObject();
            out.field("thinking_tokens", usage.reasoningTokens()).endObject();
        }
        if (usage.webSearchRequests() > 0) {
            out.name("server_tool_use").beginObject();
            out.field("web_search_requests", usage.webSearchRequests()).endObject();
        }
        switch (serviceTier) {
            case null -> {}
            case "standard", "priority", "batch" -> out.field("service_tier", serviceTier);
            case "default" -> out.field("service_tier", "standard");
            default -> {} // a tier of another provider's bookkeeping
        }
        out.endObject();
    }

    private void counts(Fields fields, Reading reading) {
        figure(fields, "input_tokens", reading, count -> input = count);
        figure(fields, "cache_read_input_tokens", reading, count -> cacheRead = count);
        figure(fields, "cache_creation_input_tokens", reading, count -> cacheWrite = count);
        inner(fields, "cache_creation", reading, split -> {
            figure(split, "ephemeral_5m_input_tokens", reading, count -> cacheWrite5m = count);
            figure(split, "ephemeral_1h_input_tokens", reading, count -> cacheWrite1h = count);
        });
        figure(fields, "output_tokens", reading, count -> output = count);
    }

    private void iterations(Fields fields, Reading reading) {
        Json.Arr list = fields.array("iterations");
        if (list == null) {
            return;
        }
        UsageFigures sum = new UsageFigures();
        int index = 0;
        for (Json each : list) {
            Path at = fields.at("iterations").element(index++);
            if (each instanceof Json.Obj object) {
                Fields step = new Fields(at, object, reading);
                String type = step.string("type");
                if ("compaction".equals(type) || "advisor_message".equals(type)) {
                    UsageFigures figures = new UsageFigures();
                    figures.counts(step, reading);
                    sum.add(figures);
                }
            } else {
                reading.malformed(at, "an object is expected.");
            }
        }
        steps = sum;
    }

    private void add(UsageFigures step) {
        input += step.input;
        cacheRead += step.cacheRead;
        cacheWrite5m += step.shortLived();
        cacheWrite1h += step.longLived();
        output += step.output;
    }

    private long shortLived() {
        return Math.max(cacheWrite, cacheWrite5m + cacheWrite1h) - longLived();
    }

    /** What the sum has beyond its two parts goes the way of the part that is there, else it is short-lived, the default. */
    private long longLived() {
        boolean onlyLong = cacheWrite1h > 0 && cacheWrite5m == 0;
        return onlyLong ? Math.max(cacheWrite1h, cacheWrite) : cacheWrite1h;
    }

    private interface Inner {
        void read(Fields fields);
    }

    private static void inner(Fields of, String name, Reading reading, Inner inner) {
        Json.Obj object = of.object(name);
        if (object != null) {
            Fields fields = new Fields(of.at(name), object, reading);
            inner.read(fields);
            fields.end();
        }
    }

    private static void figure(Fields fields, String name, Reading reading, LongConsumer to) {
        long count = fields.count(name);
        if (count > MOST) {
            reading.malformed(fields.at(name), "a figure that can be is expected.");
        } else if (count >= 0) {
            to.accept(count);
        }
    }
}
