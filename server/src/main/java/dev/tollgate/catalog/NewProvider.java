package dev.tollgate.catalog;

import dev.tollgate.dialects.Dialect;
import org.jspecify.annotations.Nullable;

/**
 * A provider to add.
 *
 * @param baseUrl as typed, see {@link OutboundAddress#clean}; null for a platform's own address
 * @param auth null: the usual one of the platform or dialect
 */
public record NewProvider(
        String name,
        Dialect dialect,
        Platform platform,
        @Nullable String baseUrl,
        @Nullable AuthStyle auth) {}
