package dev.tollgate.catalog;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A discount that the operator sets.
 *
 * @param model a pattern of model ids, in which {@code *} stands for any characters
 * @param percent as it was typed: above 0 and at most 100, with up to four decimals
 * @param first the first day (UTC); null: today
 * @param last the last day; null: no end
 */
public record NewDiscount(
        String account,
        String provider,
        String model,
        String percent,
        @Nullable LocalDate first,
        @Nullable LocalDate last) {}
