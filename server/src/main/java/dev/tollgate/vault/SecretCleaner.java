package dev.tollgate.vault;

import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes from a pasted secret what came along by accident: what surrounds it on a page, in a shell, in a header or in a
 * file. Works in an array of its own, which {@link #close} erases.
 */
final class SecretCleaner implements AutoCloseable {
    private static final String QUOTES = "\"'`\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb\u2039\u203a";
    private static final Pattern HEADER =
            Pattern.compile("(?i)^(proxy-authorization|authorization|x-api-key|x-goog-api-key|api-key)\\s*:\\s*");
    private static final Pattern SCHEME = Pattern.compile("(?i)^bearer(?:\\s+|$)");
    /**
     * {@code export NAME=}, or a name in capitals, or one of the usual names. What follows must not be "=": the end of
     * base64 is no assignment.
     */
    private static final Pattern ASSIGNMENT = Pattern.compile("^(?:(?:export|set|setx)\\s+[A-Za-z_][A-Za-z0-9_]*\\s*="
            + "|\\$env:[A-Za-z_][A-Za-z0-9_]*\\s*="
            + "|[A-Z][A-Z0-9_]*\\s*=|[A-Z][A-Z0-9_]*_(?:KEY|TOKEN):\\s"
            + "|(?i:[\"']?(?:api[_-]?key|key|token|secret|password)[\"']?\\s*(?:=|:\\s)))\\s*(?=[^=\\s])");

    private final char[] text;
    private final SequencedSet<String> notices = new LinkedHashSet<>();
    private int start;
    private int end;

    SecretCleaner(CharSequence pasted) {
        text = new char[pasted.length()];
        for (int i = 0; i < text.length; i++) {
            text[i] = pasted.charAt(i);
        }
        end = text.length;
        dropInvisible();
        int before;
        do {
            before = end - start;
            trimBlanks();
            trimQuotes();
            dropFront(HEADER, "Removed the name of a header in front.");
            dropFront(SCHEME, "Removed \"Bearer\" in front.");
            dropFront(ASSIGNMENT, "Removed the name of a variable in front.");
        } while (end - start < before);
    }

    /** What is left. A view: it is gone once this is closed. */
    CharSequence cleaned() {
        return CharBuffer.wrap(text, start, end - start);
    }

    /** One sentence for each sort of thing that was removed. */
    List<String> notices() {
        return List.copyOf(notices);
    }

    /** Byte order marks, zero-width and direction characters (Unicode's category Cf): pages put them anywhere. */
    private void dropInvisible() {
        int kept = 0;
        for (int i = 0; i < end; i++) {
            if (Character.getType(text[i]) != Character.FORMAT) {
                text[kept++] = text[i];
            }
        }
        if (kept < end) {
            notices.add("Removed invisible characters.");
            Arrays.fill(text, kept, end, '\0');
            end = kept;
        }
    }

    private void trimBlanks() {
        while (start < end && isBlank(text[start])) {
            noteBlank(text[start++]);
        }
        while (start < end && isBlank(text[end - 1])) {
            noteBlank(text[--end]);
        }
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private void noteBlank(char c) {
        notices.add(c == '\n' || c == '\r' ? "Removed line ends around it." : "Removed blanks around it.");
    }

    private void trimQuotes() {
        int before = end - start;
        boolean quoted = start < end && QUOTES.indexOf(text[start]) >= 0;
        // A comma or semicolon behind a closing quote came along from a line of code.
        if (end - start > 1 && (text[end - 1] == ',' || text[end - 1] == ';')) {
            if (quoted || QUOTES.indexOf(text[end - 2]) >= 0) {
                end--;
            }
        }
        while (start < end && QUOTES.indexOf(text[start]) >= 0) {
            start++;
        }
        while (start < end && QUOTES.indexOf(text[end - 1]) >= 0) {
            end--;
        }
        if (end - start < before) {
            notices.add("Removed quotes around it.");
        }
    }

    private void dropFront(Pattern pattern, String notice) {
        Matcher matcher = pattern.matcher(cleaned());
        if (matcher.find()) {
            start += matcher.end();
            notices.add(notice);
        }
    }

    @Override
    public void close() {
        Arrays.fill(text, '\0');
    }
}
