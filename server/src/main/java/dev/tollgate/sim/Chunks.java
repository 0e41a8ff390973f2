package dev.tollgate.sim;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into what is streamed event by event. */
final class Chunks {

    private static final int MOST = 1_000;

    private Chunks() {}

    /** Word by word, each with the blank behind it; a long text in at most 1,000 pieces of equal length. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int start = 0;
        for (int blank = text.indexOf(' '); blank >= 0; blank = text.indexOf(' ', blank + 1)) {
            if (words.size() == MOST - 1) {
                return pieces(text, MOST);
            }
            words.add(text.substring(start, blank + 1));
            start = blank + 1;
        }
        if (start < text.length()) {
            words.add(text.substring(start));
        }
        return words;
    }

    /** In {@code count} pieces of about equal length, or fewer if the text has not as many characters. */
    static List<String> pieces(String text, long count) {
        List<String> pieces = new ArrayList<>();
        int length = text.length();
        int start = 0;
        for (long i = 1; i <= count && start < length; i++) {
            int end = (int) Math.max(start + 1L, length * i / count);
            end = cutsPair(text, end) ? end + 1 : end;
            pieces.add(text.substring(start, end));
            start = end;
        }
        return pieces;
    }

    /** The first {@code chars} characters, or one less where that would cut a surrogate pair. */
    static String first(String text, long chars) {
        if (chars >= text.length()) {
            return text;
        }
        int end = (int) chars;
        return text.substring(0, cutsPair(text, end) ? end - 1 : end);
    }

    private static boolean cutsPair(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isHighSurrogate(text.charAt(at - 1))
                && Character.isLowSurrogate(text.charAt(at));
    }
}
