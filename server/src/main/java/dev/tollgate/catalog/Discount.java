package dev.tollgate.catalog;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What a provider takes off its list's prices for an account.
 *
 * @param account who pays
 * @param provider by its name in the catalog
 * @param models which of its models
 * @param millionths of the list's cost; 150,000 is 15 %
 * @param first the first day (UTC) on which it holds
 * @param last the last one; null: no end
 */
public record Discount(
        String id,
        String account,
        String provider,
        Glob models,
        long millionths,
        LocalDate first,
        @Nullable LocalDate last) {
    /** All of it. */
    static final long WHOLE = 1_000_000;

    public Discount {
        if (millionths <= 0 || millionths > WHOLE || (last != null && last.isBefore(first))) {
            throw new IllegalArgumentException(
                    "a discount is above 0 and at most 100 %, and does not end before it begins");
        }
    }

    /** For people: {@code 12.5}. */
    public String percent() {
        return BigDecimal.valueOf(millionths, 4).stripTrailingZeros().toPlainString();
    }

    /** Whether it is for that model at that moment. */
    boolean holds(String model, Instant at) {
        LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
        return !day.isBefore(first) && (last == null || !day.isAfter(last)) && models.matches(model);
    }

    /** Whether some day belongs to both, for the same models by the same pattern. */
    boolean overlaps(Discount other) {
        return account.equals(other.account)
                && provider.equals(other.provider)
                && models.equals(other.models)
                && (last == null || !last.isBefore(other.first))
                && (other.last == null || !other.last.isBefore(first));
    }
}
