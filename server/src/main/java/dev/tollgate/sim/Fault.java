package dev.tollgate.sim;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A way to fail, named by one word: {@code 429}, {@code reset}, {@code cut} …, with {@code x2} behind it when only the
 * first two calls of a seed and caller fail.
 *
 * @param status for {@link Kind#STATUS}
 * @param times how many calls fail before one succeeds; 0 for all
 */
record Fault(Kind kind, int status, int times) {

    enum Kind {
        NONE(""),
        /** The answer is this HTTP status and the vendor's body for it. */
        STATUS(""),
        /** What the vendor says of a key that it does not know: Gemini says 400, the others 401. */
        INVALID_KEY("invalid-key"),
        /** The connection is reset before the first byte of the answer. */
        CONNECT_RESET("connect-reset"),
        /** The head of the answer is kept back. */
        SLOW_FIRST_BYTE("slow-first-byte"),
        /** The connection is reset in the middle of the answer. */
        RESET("reset"),
        /** An event, or the whole JSON answer, is broken off inside. */
        MALFORMED("malformed"),
        /** Nothing more comes; the connection stays open, without even a ping. */
        SILENCE("silence"),
        /** The answer ends in good order as HTTP sees it, but not as its dialect does. */
        CUT("cut"),
        /** The vendor's own error event in the middle of a stream. */
        ERROR_EVENT("error-event"),
        NEGATIVE_USAGE("negative-usage"),
        NO_USAGE("no-usage");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    static final Fault NONE = new Fault(Kind.NONE, 0, 0);

    /** Every word, for the message that a wrong one gets. */
    static final String WORDS = "one of: a status from 400 to 599, invalid-key, connect-reset, slow-first-byte, reset,"
            + " malformed, silence, cut, error-event, negative-usage, no-usage; with x2 behind it to fail twice";

    private static final Pattern SYNTAX = Pattern.compile("(.+?)(?:x([1-9][0-9]{0,3}))?");
    private static final Pattern STATUS = Pattern.compile("[45][0-9]{2}");

    static Optional<Fault> of(String text) {
        Matcher syntax = SYNTAX.matcher(text);
        if (!syntax.matches()) {
            return Optional.empty();
        }
        String word = syntax.group(1);
        int times = syntax.group(2) == null ? 0 : Integer.parseInt(syntax.group(2));
        if (STATUS.matcher(word).matches()) {
            return Optional.of(new Fault(Kind.STATUS, Integer.parseInt(word), times));
        }
        for (Kind kind : Kind.values()) {
            if (kind.word.equals(word)) {
                return Optional.of(new Fault(kind, 0, times));
            }
        }
        return Optional.empty();
    }
}
