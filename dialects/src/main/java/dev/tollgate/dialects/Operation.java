package dev.tollgate.dialects;

/** One endpoint of a model API. */
public enum Operation {
    /** {@code POST /v1/messages} */
    MESSAGES(Dialect.ANTHROPIC, true),
    /** {@code POST /v1/messages/count_tokens} */
    COUNT_TOKENS(Dialect.ANTHROPIC, false),
    /** {@code POST /v1/chat/completions} */
    CHAT_COMPLETIONS(Dialect.OPENAI, true),
    /** {@code POST /v1/responses} */
    RESPONSES(Dialect.OPENAI, true),
    /** {@code POST /v1/responses/input_tokens} */
    INPUT_TOKENS(Dialect.OPENAI, false),
    /** {@code POST /v1/embeddings} */
    EMBEDDINGS(Dialect.OPENAI, true),
    /** {@code POST /v1beta/models/{model}:generateContent} */
    GENERATE_CONTENT(Dialect.GEMINI, true),
    /** {@code POST /v1beta/models/{model}:streamGenerateContent} */
    STREAM_GENERATE_CONTENT(Dialect.GEMINI, true),
    /** {@code POST /v1beta/models/{model}:countTokens} */
    GEMINI_COUNT_TOKENS(Dialect.GEMINI, false),
    /** {@code POST /v1beta/models/{model}:embedContent} */
    EMBED_CONTENT(Dialect.GEMINI, true),
    /** {@code POST /v1beta/models/{model}:batchEmbedContents} */
    BATCH_EMBED_CONTENTS(Dialect.GEMINI, true),
    /** {@code POST /model/{model}/converse} */
    CONVERSE(Dialect.CONVERSE, true),
    /** {@code POST /model/{model}/converse-stream} */
    CONVERSE_STREAM(Dialect.CONVERSE, true);

    private final Dialect dialect;
    private final boolean generates;

    Operation(Dialect dialect, boolean generates) {
        this.dialect = dialect;
        this.generates = generates;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Whether the model is named in the path (Gemini, Converse) and not by the body's {@code model}. */
    public boolean modelInPath() {
        return dialect == Dialect.GEMINI || dialect == Dialect.CONVERSE;
    }

    /** Whether vectors are asked for and not words. */
    public boolean embeds() {
        return this == EMBEDDINGS || this == EMBED_CONTENT || this == BATCH_EMBED_CONTENTS;
    }

    /** Whether a model runs and tokens are billed; false for the counting endpoints, which are free. */
    public boolean generates() {
        return generates;
    }
}
