package dev.tollgate.dialects;

import java.util.Locale;
import java.util.Optional;

/**
 * How a provider served a call, which it bills at another rate than its list's: OpenAI's {@code service_tier} (<a
 * href="https://openai.com/api-priority-processing/">priority</a>, <a
 * href="https://platform.openai.com/docs/guides/flex-processing">flex</a>), Anthropic's {@code usage.service_tier} and {@code
 * usage.speed} (<a href="https://platform.claude.com/docs/en/build-with-claude/fast-mode">fast mode</a>), Gemini's {@code
 * usageMetadata.serviceTier} (<a href="https://ai.google.dev/gemini-api/docs/optimization">tiers</a>), Converse's {@code
 * serviceTier.type} and {@code performanceConfig.latency}.
 */
public enum ServiceTier {
    /** The list's rates; also where the answer says nothing of it. */
    STANDARD,
    FAST,
    PRIORITY,
    FLEX,
    BATCH,
    /** One that is not known here. */
    OTHER;

    private static final ServiceTier[] ALL = values();

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }

    /** The tier of that {@link #wireName}. */
    public static Optional<ServiceTier> of(String wireName) {
        for (ServiceTier tier : ALL) {
            if (tier.wireName.equals(wireName)) {
                return Optional.of(tier);
            }
        }
        return Optional.empty();
    }

    /** The tier that a request's word asks for. What leaves it to the provider is the list's. */
    static ServiceTier asked(String word) {
        return "standard_only".equals(word) ? STANDARD : said(word);
    }

    /** The tier that a provider's own word means. */
    static ServiceTier said(String word) {
        String bare = word.toLowerCase(Locale.ROOT).replace("service_tier_", "");
        return switch (bare) {
            case "", "standard", "default", "auto", "on_demand", "unspecified", "traffic_type_unspecified" -> STANDARD;
            case "on_demand_priority" -> PRIORITY;
            case "on_demand_flex" -> FLEX;
            default -> of(bare).orElse(OTHER);
        };
    }
}
