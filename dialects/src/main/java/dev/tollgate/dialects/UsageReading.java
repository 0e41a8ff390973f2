package dev.tollgate.dialects;

/** What an answer said of its usage. */
public sealed interface UsageReading {
    /** The provider's own final word, explicit zeros included. */
    record Reported(Usage usage) implements UsageReading {}

    /**
     * The answer was cut, or its final figure is missing. The usage is what was reported so far, its output raised to the
     * estimate of what was streamed. A {@link Usage#totalInputTokens()} of 0 means that the provider had not said its input
     * (only Anthropic says it at the start): bill the caller's own estimate of the prompt.
     */
    record Partial(Usage usage) implements UsageReading {}

    /** The answer is an error and nothing else: no figure and no text. Providers bill nothing for it. */
    record Refused() implements UsageReading {}

    /** A whole answer without usage. */
    record Absent() implements UsageReading {}

    /**
     * Figures that cannot be: negative, fractional, not a number, above 10⁹, or a part larger than its whole. Never billed as is.
     *
     * @param field the provider's name of the field
     */
    record Absurd(String field) implements UsageReading {}
}
