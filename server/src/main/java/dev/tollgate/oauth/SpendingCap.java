package dev.tollgate.oauth;

/**
 * What a grant may spend.
 *
 * @param nanoUsd in nano-US-dollars, 0 or more
 */
public record SpendingCap(long nanoUsd, Window window) {
    /** In which it is spent, by the calendar. */
    public enum Window {
        DAY("day"),
        MONTH("month");

        private final String wireName;

        Window(String wireName) {
            this.wireName = wireName;
        }

        /** As forms and the store have it. */
        public String wireName() {
            return wireName;
        }
    }

    public SpendingCap {
        if (nanoUsd < 0) {
            throw new IllegalArgumentException("A cap is not negative.");
        }
    }
}
