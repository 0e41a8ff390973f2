package dev.tollgate.ledger;

/** What a call is billed. */
public sealed interface Charge {
    /**
     * For what it used.
     *
     * @param source {@link UsageSource#REPORTED} or {@link UsageSource#ESTIMATED}
     * @param priced false if no price is known; the cost is then 0
     * @param costNanoUsd in nano-US-dollars, not negative, discounted
     * @param discountNanoUsd what the list's price was higher by, not negative
     */
    record Metered(Tokens tokens, UsageSource source, boolean priced, long costNanoUsd, long discountNanoUsd)
            implements Charge {
        public Metered {
            if (source != UsageSource.REPORTED && source != UsageSource.ESTIMATED) {
                throw new IllegalArgumentException("a metered charge is reported or estimated, not " + source);
            }
            if ((costNanoUsd | discountNanoUsd) < 0 || (!priced && (costNanoUsd | discountNanoUsd) != 0)) {
                throw new IllegalArgumentException("a cost is negative, or stands without a price");
            }
        }

        /** At the list's price. */
        public Metered(Tokens tokens, UsageSource source, boolean priced, long costNanoUsd) {
            this(tokens, source, priced, costNanoUsd, 0);
        }
    }

    /**
     * Nobody knows what it used (no usage, or an absurd one): the full reservation, and the row is marked
     * {@code unreconciled}.
     *
     * @param priced false if no price is known; the reservation is then 0
     * @param reason why the usage is not known, for {@code explain}
     */
    record AtReservation(boolean priced, String reason) implements Charge {
        public AtReservation {
            reason = Texts.clean(reason, 200);
        }
    }

    /** Nothing: the answer had been given before, and was kept. No provider took part. */
    record Cached() implements Charge {}

    /** Nothing: no provider took it, or its operation is free of charge. */
    record Free() implements Charge {}
}
