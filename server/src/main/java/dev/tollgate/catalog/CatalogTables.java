package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.CachePolicy;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The catalog's SQL. */
final class CatalogTables {
    private CatalogTables() {}

    static StoredCatalog read(Handle handle) {
        return new StoredCatalog(providers(handle), aliases(handle), prices(handle), DiscountTable.read(handle));
    }

    private static List<Provider> providers(Handle handle) {
        return handle.createQuery("SELECT name, dialects, platform, region, project, base_url, auth FROM provider"
                        + " ORDER BY name")
                .map((row, context) -> new Provider(
                        row.getString("name"),
                        dialects(row.getString("dialects")),
                        Platform.of(row.getString("platform"), row.getString("region"), row.getString("project")),
                        URI.create(row.getString("base_url")),
                        AuthStyle.of(row.getString("auth")).orElseThrow(),
                        BuiltinProviders.isBuiltin(row.getString("name"))))
                .list();
    }

    private static Set<Dialect> dialects(String wireNames) {
        Set<Dialect> dialects = EnumSet.noneOf(Dialect.class);
        for (String wireName : wireNames.split(",", -1)) {
            dialects.add(Dialect.of(wireName).orElseThrow());
        }
        return dialects;
    }

    private static List<Alias> aliases(Handle handle) {
        Map<String, Alias> aliases = new LinkedHashMap<>();
        handle.createQuery("SELECT name, candidate, strict, cheaper, cache_seconds, cache_scope FROM model_alias"
                        + " ORDER BY name, position")
                .map((row, context) -> new Alias(
                        row.getString("name"),
                        List.of(row.getString("candidate")),
                        row.getLong("strict") != 0,
                        row.getString("cheaper"),
                        cache(row)))
                .forEach(row -> aliases.merge(row.name(), row, CatalogTables::joined));
        return List.copyOf(aliases.values());
    }

    private static Alias joined(Alias before, Alias next) {
        List<String> candidates = new ArrayList<>(before.candidates());
        candidates.addAll(next.candidates());
        return new Alias(before.name(), candidates, before.strict(), before.cheaper(), before.cache());
    }

    private static @Nullable CachePolicy cache(ResultSet row) throws SQLException {
        long seconds = row.getLong("cache_seconds");
        return row.wasNull() ? null : CachePolicy.of(seconds, row.getString("cache_scope"));
    }

    private static List<StoredCatalog.SetPrice> prices(Handle handle) {
        return handle.createQuery(
                        "SELECT provider, model, since, input, output, cache_read, cache_write_5m, cache_write_1h,"
                                + " web_search, search_unit, long_context, service_tiers FROM model_price ORDER BY provider, model, since")
                .map((row, context) -> new StoredCatalog.SetPrice(
                        row.getString("provider"),
                        row.getString("model"),
                        new Price(
                                row.getLong("input"),
                                row.getLong("output"),
                                row.getLong("cache_read"),
                                row.getLong("cache_write_5m"),
                                row.getLong("cache_write_1h"),
                                row.getLong("web_search"), // null is 0
                                PriceFileReader.storedUnit(row.getString("search_unit")),
                                PriceFileReader.storedLongContext(row.getString("long_context")),
                                PriceFileReader.storedTiers(row.getString("service_tiers")),
                                LocalDate.parse(row.getString("since")),
                                Price.OPERATOR)))
                .list();
    }

    static void put(Handle handle, Provider provider, long nowMillis) {
        String dialects =
                provider.dialects().stream().sorted().map(Dialect::wireName).collect(Collectors.joining(","));
        handle.createUpdate("INSERT INTO provider (name, dialects, platform, region, project, base_url,"
                        + " auth, changed_at)"
                        + " VALUES (:name, :dialects, :platform, :region, :project, :baseUrl, :auth, :now)"
                        + " ON CONFLICT (name) DO UPDATE SET base_url = excluded.base_url, auth = excluded.auth,"
                        + " changed_at = excluded.changed_at")
                .bind("name", provider.name())
                .bind("dialects", dialects)
                .bind("platform", provider.platform().wireName())
                .bind("region", provider.platform().region())
                .bind("project", provider.platform().project())
                .bind("baseUrl", provider.baseUrl().toString())
                .bind("auth", provider.auth().wireName())
                .bind("now", nowMillis)
                .execute();
    }

    /** Its prices and discounts go with it: they would come back unseen with the next provider of that name. */
    static void removeProvider(Handle handle, String name) {
        handle.execute("DELETE FROM model_price WHERE provider = ?", name);
        handle.execute("DELETE FROM discount WHERE provider = ?", name);
        handle.execute("DELETE FROM provider WHERE name = ?", name);
    }

    static void put(Handle handle, Alias alias, long nowMillis) {
        removeAlias(handle, alias.name());
        CachePolicy cache = alias.cache();
        for (int position = 0; position < alias.candidates().size(); position++) {
            handle.createUpdate(
                            "INSERT INTO model_alias"
                                    + " (name, position, candidate, strict, cheaper, cache_seconds, cache_scope, changed_at)"
                                    + " VALUES (:name, :position, :candidate, :strict, :cheaper, :cacheSeconds, :cacheScope, :now)")
                    .bind("name", alias.name())
                    .bind("position", (long) position)
                    .bind("candidate", alias.candidates().get(position))
                    .bind("strict", alias.strict() ? 1L : 0L)
                    .bind("cheaper", alias.cheaper())
                    .bind("cacheSeconds", cache == null ? null : Long.valueOf(cache.maxAgeSeconds()))
                    .bind("cacheScope", cache == null ? null : cache.scope().wireName())
                    .bind("now", nowMillis)
                    .execute();
        }
    }

    static void removeAlias(Handle handle, String name) {
        handle.execute("DELETE FROM model_alias WHERE name = ?", name);
    }

    static void removePrice(Handle handle, String provider, String model, LocalDate since) {
        handle.execute(
                "DELETE FROM model_price WHERE provider = ? AND model = ? AND since = ?",
                provider,
                model,
                since.toString());
    }

    static void put(Handle handle, String provider, String model, Price price, long nowMillis) {
        handle.createUpdate(
                        "INSERT INTO model_price (provider, model, since, input, output, cache_read, cache_write_5m,"
                                + " cache_write_1h, web_search, search_unit, long_context, service_tiers,"
                                + " changed_at)"
                                + " VALUES (:provider, :model, :since, :input, :output, :read, :write5m, :write1h,"
                                + " :search, :searchUnit, :longContext, :tiers, :now)"
                                + " ON CONFLICT (provider, model, since) DO UPDATE SET input = excluded.input,"
                                + " output = excluded.output, cache_read = excluded.cache_read,"
                                + " cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h,"
                                + " web_search = excluded.web_search, search_unit = excluded.search_unit,"
                                + " long_context = excluded.long_context, service_tiers = excluded.service_tiers,"
                                + " changed_at = excluded.changed_at")
                .bind("provider", provider)
                .bind("model", model)
                .bind("since", price.since().toString())
                .bind("input", price.inputNanoUsdPerMTok())
                .bind("output", price.outputNanoUsdPerMTok())
                .bind("read", price.cacheReadNanoUsdPerMTok())
                .bind("write5m", price.cacheWrite5mNanoUsdPerMTok())
                .bind("write1h", price.cacheWrite1hNanoUsdPerMTok())
                .bind("search", price.webSearchNanoUsdPerRequest())
                .bind("searchUnit", price.searchUnit().wireName())
                .bind("longContext", PriceFileWriter.longContext(price.longContext()))
                .bind("tiers", PriceFileWriter.tiers(price))
                .bind("now", nowMillis)
                .execute();
    }
}
