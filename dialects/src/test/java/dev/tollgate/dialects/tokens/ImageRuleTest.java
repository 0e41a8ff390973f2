package dev.tollgate.dialects.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Dialect;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageRuleTest {
    private static long tokens(String model, int width, int height, @Nullable String detail) {
        return CountingRules.of(Dialect.OPENAI, model).images().tokens(new ImageSize(width, height), detail);
    }

    /** The figures are those of the vendors' own pages, and what their servers were seen to count. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "gpt-4o, 1024, 1024, high, 765",
                "gpt-4o, 2048, 4096, high, 1105",
                "gpt-4o, 4096, 8192, low, 85",
                "gpt-4.1-2025-04-14, 1024, 1024, -, 765",
                "o3, 1024, 1024, -, 675",
                "gpt-5, 1024, 1024, auto, 630",
                "gpt-4.1-mini, 1024, 1024, -, 1659",
                "gpt-6-astra, 256, 256, auto, 77",
                "gpt-6-astra, 1920, 1080, auto, 2448",
                "gpt-6-astra, 4032, 3024, auto, 14364",
                "gpt-6-astra, 4032, 3024, high, 3000",
                "gpt-5.5, 4032, 3024, auto, 12000",
                "claude-haiku-4-5, 1000, 1000, -, 1334",
                "claude-haiku-4-5, 200, 200, -, 64",
                "claude-sonnet-4-20250514, 3840, 2160, -, 1600",
                "claude-opus-5-5, 1920, 1080, -, 2765",
                "claude-opus-5-5, 8000, 6000, -, 4784",
                "gemini-2.5-pro, 384, 384, -, 258",
                "gemini-2.5-pro, 960, 540, -, 1548",
                "gemini-3.8-flash, 960, 540, -, 1120",
                "gemini-3.8-flash, 960, 540, MEDIA_RESOLUTION_LOW, 280"
            })
    void imagesCountByTheirVendorsRules(String model, int width, int height, @Nullable String detail, long tokens) {
        assertEquals(tokens, tokens(model, width, height, detail));
    }

    @ParameterizedTest
    @CsvSource({
        "claude-3-5-sonnet-20241022, 1.25",
        "claude-opus-4-20250514, 1.25",
        "claude-sonnet-4-6, 1.25",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0, 1.25",
        "claude-haiku-4-5, 1.25",
        "claude-opus-4-7, 1.65",
        "claude-opus-5, 1.65",
        "anthropic/claude-sonnet-5-5, 1.65",
        "claude-mythos-preview, 1.65",
        "claude-x-99999999999999999999-1, 1.65",
        "gpt-6-sol, 1.0",
        "ft:gpt-4o:acme, 1.0",
        "o4-mini, 1.0",
        "gemini-3.8-flash, 1.15",
        "llama-4-70b, 1.3",
        "phi-4, 1.3"
    })
    void aModelsNameTellsItsTokenizer(String model, double factor) {
        assertEquals(factor, CountingRules.of(Dialect.OPENAI, model).text());
    }

    @Test
    void aPageOfADocumentIsWhatGoogleSays() {
        assertEquals(
                258, CountingRules.of(Dialect.GEMINI, "gemini-2.5-pro").images().page());
        assertEquals(
                560,
                CountingRules.of(Dialect.GEMINI, "gemini-3.8-flash").images().page());
    }
}
