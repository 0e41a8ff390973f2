package dev.tollgate.sim;

import java.util.ArrayDeque;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How much a prompt holds, and which prompt it is: its text's length in tokens and a hash over all of it, in order. What
 * does not change the answer (the model's name, {@code stream}, cache marks) is not part of it.
 *
 * @param tokens at four characters each, never 0
 * @param prefixes the measure after each of the last content blocks, oldest first: where a prompt cache may have stopped
 * @param cachedTo the prefix that ends at the last cache mark (Anthropic's {@code cache_control})
 * @param cachedHourTo the prefix that ends at the last cache mark with a lifetime of one hour
 */
record Measure(
        long tokens,
        long hash,
        Collection<Prefix> prefixes,
        @Nullable Prefix cachedTo,
        @Nullable Prefix cachedHourTo) {

    record Prefix(long hash, long tokens) {}

    /** What an image or a document counts, whatever its length. */
    private static final int MEDIA_TOKENS = 1_600;

    private static final int LONGEST_LOOK_BACK = 256;

    /**
     * Measures a prompt.
     *
     * @param parts its parts in the order in which the vendor's model reads them
     */
    static Measure of(JsonNode... parts) {
        Reader reader = new Reader();
        for (JsonNode part : parts) {
            reader.read("", part);
        }
        return new Measure(
                Math.max(1, reader.tokens), reader.hash, reader.prefixes, reader.cachedTo, reader.cachedHourTo);
    }

    static long tokens(String text) {
        return (text.length() + 3L) / 4;
    }

    /** SplitMix64's finalizer: every bit of {@code value} reaches every bit of the result. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static long hash(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = hash * 0x100000001b3L + text.charAt(i);
        }
        return mix(hash);
    }

    private static final class Reader {
        private long tokens;
        private long hash;
        private final ArrayDeque<Prefix> prefixes = new ArrayDeque<>();
        private @Nullable Prefix cachedTo;
        private @Nullable Prefix cachedHourTo;

        private void read(String name, JsonNode node) {
            if (node.isObject()) {
                object(node);
            } else if (node.isArray()) {
                for (JsonNode element : node) {
                    read(name, element);
                }
            } else if (node.isString()) {
                String text = node.stringValue();
                absorb(text);
                tokens += isMedia(name, text) ? MEDIA_TOKENS : Measure.tokens(text);
            } else if (!node.isNull() && !node.isMissingNode()) {
                absorb(node.asString());
                tokens++;
            }
        }

        private void object(JsonNode object) {
            for (var field : object.properties()) {
                if (!field.getKey().equals("cache_control")) {
                    absorb(field.getKey());
                    read(field.getKey(), field.getValue());
                }
            }
            Prefix prefix = new Prefix(hash, tokens);
            prefixes.addLast(prefix);
            if (prefixes.size() > LONGEST_LOOK_BACK) {
                prefixes.removeFirst();
            }
            if (object.path("cache_control").isObject()) {
                cachedTo = prefix;
                if (object.path("cache_control").path("ttl").stringValue("").equals("1h")) {
                    cachedHourTo = prefix;
                }
            }
        }

        private void absorb(String text) {
            hash = mix(hash ^ Measure.hash(text));
        }

        private static boolean isMedia(String name, String text) {
            return name.equals("data") || text.startsWith("data:");
        }
    }
}
