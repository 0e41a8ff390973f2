package dev.tollgate.dialects.converse;

import dev.tollgate.dialects.Usage;
import dev.tollgate.dialects.codec.Fields;
import dev.tollgate.dialects.codec.Reading;
import dev.tollgate.dialects.conversation.Path;
import dev.tollgate.dialects.json.Json;
import org.jspecify.annotations.Nullable;

/** {@code usage}: {@code inputTokens} leaves the cache out, {@code outputTokens} includes reasoning. */
final class UsageFigures {
    /** What no answer reaches; sums stay far from overflowing. */
    private static final long MOST = 1_000_000_000L;

    private UsageFigures() {}

    /** The object of that name; null where it is not there. */
    static @Nullable Usage read(Fields of, Reading reading) {
        Json.Obj object = of.object("usage");
        if (object == null) {
            return null;
        }
        Fields fields = new Fields(of.at("usage"), object, reading);
        long input = figure(fields, "inputTokens", reading);
        long output = figure(fields, "outputTokens", reading);
        long read = figure(fields, "cacheReadInputTokens", reading);
        long written = figure(fields, "cacheWriteInputTokens", reading);
        long longLived = longLived(fields, reading);
        fields.skip("totalTokens");
        for (String old : new String[] {"cacheReadInputTokenCount", "cacheWriteInputTokenCount", "serverToolUsage"}) {
            fields.skip(old); // the same once more, and what is not billed in tokens
        }
        fields.end();
        return new Usage(input, read, Math.max(0, written - longLived), longLived, output, 0, 0);
    }

    private static long longLived(Fields usage, Reading reading) {
        Json.Arr details = usage.array("cacheDetails");
        long sum = 0;
        if (details != null) {
            int index = 0;
            for (Json each : details) {
                Path at = usage.at("cacheDetails").element(index++);
                if (each instanceof Json.Obj object) {
                    Fields detail = new Fields(at, object, reading);
                    long tokens = figure(detail, "inputTokens", reading);
                    sum += "1h".equals(detail.string("ttl")) ? tokens : 0;
                    detail.end();
                } else {
                    reading.malformed(at, "an object is expected.");
                }
            }
        }
        return sum;
    }

    private static long figure(Fields fields, String name, Reading reading) {
        long count = fields.count(name);
        if (count > MOST) {
            reading.malformed(fields.at(name), "a figure that can be is expected.");
        }
        return Math.max(0, count);
    }
}
