package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.CachePolicy;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Money;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the audit row of a change says, as JSON. */
final class AuditDetails {
    static final String NONE = "{}";

    private AuditDetails() {}

    static String of(Provider provider) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "dialects",
                provider.dialects().stream().sorted().map(Dialect::wireName).toList());
        fields.put("base_url", provider.baseUrl().toString());
        if (!provider.platform().equals(Platform.DIRECT)) {
            fields.put("platform", provider.platform().wireName());
            fields.put("region", provider.platform().region());
            fields.put("project", provider.platform().project());
        }
        fields.put("auth", provider.auth().wireName());
        return Json.MAPPER.writeValueAsString(fields);
    }

    /** @param unpriced whether somebody said that candidates without a price are meant */
    static String of(Alias alias, boolean unpriced) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("candidates", alias.candidates());
        fields.put("strict", alias.strict());
        fields.put("cheaper", alias.cheaper());
        CachePolicy cache = alias.cache();
        if (cache != null) {
            fields.put("cache_max_age_seconds", cache.maxAgeSeconds());
            fields.put("cache_scope", cache.scope().wireName());
        }
        if (unpriced) {
            fields.put("unpriced", true);
        }
        return Json.MAPPER.writeValueAsString(fields);
    }

    static String of(Discount discount) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("account", discount.account());
        fields.put("provider", discount.provider());
        fields.put("model", discount.models().text());
        fields.put("percent", discount.percent());
        fields.put("from", discount.first().toString());
        fields.put("until", discount.last() == null ? null : discount.last().toString());
        return Json.MAPPER.writeValueAsString(fields);
    }

    static String of(Price price) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("since", price.since().toString());
        fields.put("input_usd_per_mtok", Money.formatUsd(price.inputNanoUsdPerMTok()));
        fields.put("output_usd_per_mtok", Money.formatUsd(price.outputNanoUsdPerMTok()));
        fields.put("cache_read_usd_per_mtok", Money.formatUsd(price.cacheReadNanoUsdPerMTok()));
        fields.put("cache_write_5m_usd_per_mtok", Money.formatUsd(price.cacheWrite5mNanoUsdPerMTok()));
        fields.put("cache_write_1h_usd_per_mtok", Money.formatUsd(price.cacheWrite1hNanoUsdPerMTok()));
        fields.put("web_search_usd_per_request", Money.formatUsd(price.webSearchNanoUsdPerRequest()));
        fields.put("web_search_unit", price.searchUnit().wireName());
        if (!price.tierFactorsMillionths().isEmpty()) {
            fields.put("service_tiers", price.serviceTiers());
        }
        LongContext tier = price.longContext();
        if (tier != null) {
            fields.put("long_context", PriceFileWriter.fields(tier));
        }
        return Json.MAPPER.writeValueAsString(fields);
    }
}
