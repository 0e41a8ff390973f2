package dev.tollgate.catalog;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parts of a price as a price file has them, for {@link PriceFileReader} to read back. */
final class PriceFileWriter {
    private PriceFileWriter() {}

    /** Null where no other tier has a price. */
    static @Nullable String tiers(Price price) {
        Map<String, String> tiers = price.serviceTiers();
        return tiers.isEmpty() ? null : Json.MAPPER.writeValueAsString(tiers);
    }

    static @Nullable String longContext(@Nullable LongContext tier) {
        return tier == null ? null : Json.MAPPER.writeValueAsString(fields(tier));
    }

    static Map<String, Object> fields(LongContext tier) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("above_tokens", tier.aboveTokens());
        fields.put("input_usd_per_mtok", Money.formatUsd(tier.inputNanoUsdPerMTok()));
        fields.put("output_usd_per_mtok", Money.formatUsd(tier.outputNanoUsdPerMTok()));
        fields.put("cache_read_usd_per_mtok", Money.formatUsd(tier.cacheReadNanoUsdPerMTok()));
        fields.put("cache_write_5m_usd_per_mtok", Money.formatUsd(tier.cacheWrite5mNanoUsdPerMTok()));
        fields.put("cache_write_1h_usd_per_mtok", Money.formatUsd(tier.cacheWrite1hNanoUsdPerMTok()));
        return fields;
    }
}
