package dev.tollgate.dialects.conversation;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import java.util.Optional;

/** The ways to hold a conversation. {@link Dialect} names the vendor, and OpenAI has two. */
public enum Protocol {
    MESSAGES(Dialect.ANTHROPIC, "messages"),
    CHAT_COMPLETIONS(Dialect.OPENAI, "chat"),
    RESPONSES(Dialect.OPENAI, "responses"),
    GENERATE_CONTENT(Dialect.GEMINI, "gemini"),
    CONVERSE(Dialect.CONVERSE, "converse");

    private final Dialect dialect;
    private final String wireName;

    Protocol(Dialect dialect, String wireName) {
        this.dialect = dialect;
        this.wireName = wireName;
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Short and lower-case: in settings, in names of fixtures, in a {@link Signature}'s envelope. */
    public String wireName() {
        return wireName;
    }

    public static Optional<Protocol> of(String wireName) {
        for (Protocol protocol : values()) {
            if (protocol.wireName.equals(wireName)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }

    /** The protocol of that endpoint; empty for counting and embedding. */
    public static Optional<Protocol> of(Operation operation) {
        return switch (operation) {
            case MESSAGES -> Optional.of(MESSAGES);
            case CHAT_COMPLETIONS -> Optional.of(CHAT_COMPLETIONS);
            case RESPONSES -> Optional.of(RESPONSES);
            case GENERATE_CONTENT, STREAM_GENERATE_CONTENT -> Optional.of(GENERATE_CONTENT);
            case CONVERSE, CONVERSE_STREAM -> Optional.of(CONVERSE);
            case COUNT_TOKENS, INPUT_TOKENS, GEMINI_COUNT_TOKENS, EMBEDDINGS, EMBED_CONTENT, BATCH_EMBED_CONTENTS ->
                Optional.empty();
        };
    }

    /** The protocol of the conversation whose tokens that endpoint counts; empty for every other. */
    public static Optional<Protocol> countedBy(Operation operation) {
        return switch (operation) {
            case COUNT_TOKENS -> Optional.of(MESSAGES);
            case INPUT_TOKENS -> Optional.of(RESPONSES);
            case GEMINI_COUNT_TOKENS -> Optional.of(GENERATE_CONTENT);
            case MESSAGES,
                    CHAT_COMPLETIONS,
                    RESPONSES,
                    EMBEDDINGS,
                    GENERATE_CONTENT,
                    STREAM_GENERATE_CONTENT,
                    EMBED_CONTENT,
                    BATCH_EMBED_CONTENTS,
                    CONVERSE,
                    CONVERSE_STREAM -> Optional.empty();
        };
    }

    /** The endpoint. Gemini's and Converse's differ for a stream. */
    public Operation operation(boolean stream) {
        return switch (this) {
            case MESSAGES -> Operation.MESSAGES;
            case CHAT_COMPLETIONS -> Operation.CHAT_COMPLETIONS;
            case RESPONSES -> Operation.RESPONSES;
            case GENERATE_CONTENT -> stream ? Operation.STREAM_GENERATE_CONTENT : Operation.GENERATE_CONTENT;
            case CONVERSE -> stream ? Operation.CONVERSE_STREAM : Operation.CONVERSE;
        };
    }
}
