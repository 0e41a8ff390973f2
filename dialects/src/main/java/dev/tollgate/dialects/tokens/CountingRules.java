package dev.tollgate.dialects.tokens;

import dev.tollgate.dialects.Dialect;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the models of one family count their input.
 *
 * @param text tokens for one of {@code o200k_base}; errs to the high side. OpenAI's own are exact. Anthropic's page "Token
 *     counting" says that Opus 4.7, Sonnet 5 and what is newer have some 30 % more than earlier models, which had up to a quarter more
 *     than OpenAI's. Gemini splits numbers into digits. Who serves other models uses smaller vocabularies
 * @param leastText the same from below
 * @param pageText text tokens of a document's page, beside its image. Anthropic ("PDF support") says 1,500 to 3,000; Google nothing
 *     beside the image
 * @param toolsPreamble instructions that the provider adds where there are tools (Anthropic: "Tool use", 346 on Claude 4)
 * @param builtInTool the definition of a tool of the provider's own, which is not in the request (Anthropic's largest: 735)
 */
record CountingRules(
        double text, double leastText, ImageRule images, long pageText, long toolsPreamble, long builtInTool) {
    /** Around each message, tool, call and result. */
    static final long FRAME = 4;

    private static final CountingRules CLAUDE =
            new CountingRules(1.65, 1, new ImageRule.Area(2_576, 4_784), 3_900, 450, 735);
    private static final CountingRules EARLIER_CLAUDE =
            new CountingRules(1.25, 0.85, new ImageRule.Area(1_568, 1_600), 3_000, 346, 735);
    private static final CountingRules GEMINI =
            new CountingRules(1.15, 0.75, new ImageRule.GeminiResolution(), 0, 0, 300);
    private static final CountingRules GEMINI_2 = new CountingRules(1.15, 0.75, new ImageRule.GeminiTiles(), 0, 0, 300);
    /** Llama, Qwen, Mistral and what else is served in OpenAI's dialect or on Bedrock: patches of 28 by 28 as Qwen's, the greediest. */
    private static final CountingRules OTHER =
            new CountingRules(1.3, 0.6, new ImageRule.Area(16_384, 16_384), 1_500, 100, 300);

    private static final Pattern CLAUDE_VERSION = Pattern.compile("claude-[a-z]+-(\\d+)(?:[-.](\\d{1,2})(?!\\d))?");
    private static final Pattern CLAUDE_3 = Pattern.compile("claude-(?:\\d|instant)");
    private static final Pattern OPENAI = Pattern.compile("^(?:ft:)?(?:gpt-|chatgpt-|o\\d|codex-)");

    /** A family of OpenAI's, by how its names begin; the first that fits. Multipliers: "Images and vision". */
    private record Named(String prefix, ImageRule images) {}

    private static final List<Named> OPENAI_FAMILIES = List.of(
            new Named("gpt-4o-mini", new ImageRule.Tiles(2_833, 5_667)),
            new Named("gpt-4.1-mini", new ImageRule.Patches(1_536, 1_536, 1.62)),
            new Named("gpt-4.1-nano", new ImageRule.Patches(1_536, 1_536, 2.46)),
            new Named("gpt-4", new ImageRule.Tiles(85, 170)),
            new Named("chatgpt-4o", new ImageRule.Tiles(85, 170)),
            new Named("o4-mini", new ImageRule.Patches(1_536, 1_536, 1.72)),
            new Named("codex-mini", new ImageRule.Patches(1_536, 1_536, 1.72)),
            new Named("o", new ImageRule.Tiles(75, 150)),
            new Named("gpt-5-mini", new ImageRule.Patches(1_536, 1_536, 1.62)),
            new Named("gpt-5-nano", new ImageRule.Patches(1_536, 1_536, 2.46)),
            new Named("gpt-5.1-codex-mini", new ImageRule.Patches(1_536, 1_536, 1.62)),
            new Named("gpt-5.4-mini", new ImageRule.Patches(2_500, 2_500, 1.62)),
            new Named("gpt-5.4-nano", new ImageRule.Patches(2_500, 2_500, 2.46)),
            new Named("gpt-5.2", new ImageRule.Patches(1_536, 1_536, 1.2)),
            new Named("gpt-5.3", new ImageRule.Patches(1_536, 1_536, 1.2)),
            new Named("gpt-5.1", new ImageRule.Tiles(70, 140)),
            new Named("gpt-5.", new ImageRule.Patches(10_000, 2_500, 1.2)),
            new Named("gpt-5", new ImageRule.Tiles(70, 140)));
    /** Their whole size: measured, no cap was met up to 12 megapixels. */
    private static final ImageRule NEWEST_OF_OPENAI = new ImageRule.Patches(36_000, 2_500, 1.2);

    /** The rules of a model, by its name; by the dialect in which it is served where the name tells nothing. */
    static CountingRules of(Dialect dialect, String model) {
        String name = model.toLowerCase(Locale.ROOT);
        if (name.contains("claude")) {
            return claude(name);
        }
        if (name.startsWith("gemini")) {
            return name.startsWith("gemini-1") || name.startsWith("gemini-2") ? GEMINI_2 : GEMINI;
        }
        if (OPENAI.matcher(name).find()) {
            return openAi(name.startsWith("ft:") ? name.substring("ft:".length()) : name);
        }
        return switch (dialect) {
            case ANTHROPIC -> CLAUDE;
            case OPENAI, CONVERSE -> OTHER;
            case GEMINI -> GEMINI;
        };
    }

    private static CountingRules claude(String name) {
        Matcher version = CLAUDE_VERSION.matcher(name);
        if (version.find()) {
            long major = Long.parseLong(
                    version.group(1).substring(0, Math.min(9, version.group(1).length())));
            int minor = version.group(2) == null ? 0 : Integer.parseInt(version.group(2));
            return major < 4 || (major == 4 && minor < 7) ? EARLIER_CLAUDE : CLAUDE;
        }
        return CLAUDE_3.matcher(name).find() ? EARLIER_CLAUDE : CLAUDE;
    }

    private static CountingRules openAi(String name) {
        ImageRule images = OPENAI_FAMILIES.stream()
                .filter(family -> name.startsWith(family.prefix))
                .map(Named::images)
                .findFirst()
                .orElse(NEWEST_OF_OPENAI);
        return new CountingRules(1, 0.8, images, 1_000, 16, 300);
    }
}
