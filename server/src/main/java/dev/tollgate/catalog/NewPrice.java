package dev.tollgate.catalog;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A price that the operator sets. Cache prices that are {@code null} are the input price: right for a provider that does
 * not tell cached tokens apart, and never too low for one that does not say.
 *
 * @param since {@code null}: today (UTC)
 */
public record NewPrice(
        long inputNanoUsdPerMTok,
        long outputNanoUsdPerMTok,
        @Nullable Long cacheReadNanoUsdPerMTok,
        @Nullable Long cacheWrite5mNanoUsdPerMTok,
        @Nullable Long cacheWrite1hNanoUsdPerMTok,
        @Nullable LocalDate since) {}
