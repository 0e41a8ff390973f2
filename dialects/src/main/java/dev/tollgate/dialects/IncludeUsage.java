package dev.tollgate.dialects;

/**
 * Whether a streamed chat completion will report its usage: OpenAI sends it only where
 * {@code stream_options.include_usage} is true (<a
 * href="https://platform.openai.com/docs/api-reference/chat/create#chat-create-stream_options">API reference</a>).
 */
public enum IncludeUsage {
    /** Not a streamed chat completion: usage comes unasked. */
    NOT_NEEDED,
    /** The caller asks for it, and gets the extra chunk. */
    ASKED,
    /** No {@code stream_options}. */
    NO_OPTIONS,
    /** {@code "stream_options": null}. */
    NULL_OPTIONS,
    /** {@code "stream_options": {}}. */
    EMPTY_OPTIONS,
    /** {@code stream_options} has other members only. */
    OTHER_OPTIONS,
    /** {@code include_usage} is false or null. */
    DECLINED;

    /**
     * Whether the gate must ask in the caller's place ({@link Splices#includeUsage}), and so keep the extra chunk from the caller
     * ({@link StreamReader}).
     */
    public boolean mustBeAdded() {
        return this != NOT_NEEDED && this != ASKED;
    }
}
