package dev.tollgate.budget;

/**
 * A part of a budget's limit, and what is done when so much has been spent in a window.
 *
 * @param percent of the limit, from 1 to 100
 */
public record Threshold(int percent, ThresholdAction action) {
    /** One at which a notice is given, and nothing else is done. */
    public static Threshold notice(int percent) {
        return new Threshold(percent, ThresholdAction.NOTIFY);
    }

    /** How much that is of a limit, rounded up: in nano-US-dollars, more than nothing. */
    long nanoUsd(long limitNanoUsd) {
        // The limit times a hundred may not fit.
        return limitNanoUsd / 100 * percent + Math.ceilDiv(limitNanoUsd % 100 * percent, 100L);
    }

    /** Whether nothing is left when it is passed. */
    boolean isAll() {
        return percent == 100;
    }

    /** Whether it does more than give a notice. */
    boolean acts() {
        return action != ThresholdAction.NOTIFY;
    }

    /** As it is stored: {@code 70}, {@code 90:no-heavy}. */
    String text() {
        return acts() ? percent + ":" + action.wireName() : Integer.toString(percent);
    }

    /** The one of which {@link #text} is this. */
    static Threshold of(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? notice(Integer.parseInt(text))
                : new Threshold(
                        Integer.parseInt(text.substring(0, colon)), ThresholdAction.of(text.substring(colon + 1)));
    }
}
