package dev.tollgate.dialects.codec;

import dev.tollgate.dialects.conversation.Path;

/**
 * What came of reading or writing a document.
 *
 * @param <T> the document, read (a request, an answer) or written (its bytes)
 */
public sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {}

    /**
     * The document is not what its protocol says: the sender's fault. 400 for a client's, 502 for a provider's.
     *
     * @param message safe to show; begins with the field's name, repeats no content
     */
    record Malformed<T>(String message) implements Outcome<T> {}

    /**
     * It means something that the other protocol cannot say and that must not be dropped: 400.
     *
     * @param why for people, with a cure where there is one
     */
    record NotExpressible<T>(Path at, String why) implements Outcome<T> {
        public String message() {
            return at + ": " + why;
        }
    }
}
