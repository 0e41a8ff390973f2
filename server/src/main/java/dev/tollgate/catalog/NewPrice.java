package dev.tollgate.catalog;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A price that the operator sets. Cache prices that are {@code null} keep their proportion to the input price; those of a model
 * that has had no price are the input price, which is never too low.
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
