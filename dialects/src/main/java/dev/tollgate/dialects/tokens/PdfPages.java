package dev.tollgate.dialects.tokens;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * How many pages a PDF has (ISO 32000-2): as a linearized file says (annex F), else its page objects (7.7.3.3), also those in
 * compressed streams (7.5.7). Work and room are bounded, whatever the file claims.
 */
final class PdfPages {
    /** Where a file does not tell, a page for each of so many bytes. */
    static final int BYTES_PER_PAGE = 50_000;

    private static final int MOST_UNPACKED = 4 << 20;
    private static final int MOST_DAMAGED = 8;
    private static final int MOST_STREAMS = 10_000;
    private static final int MOST_PAGES = 100_000;
    private static final int LONGEST_HEADER = 2_048;
    private static final int LONGEST_DICTIONARY = 400;
    private static final Pattern LINEARIZED = Pattern.compile("/Linearized\\b[^>]{0,300}?/N\\s{1,8}(\\d{1,9})\\b");
    private static final Pattern PAGE = Pattern.compile("/Type\\s{0,8}/Page\\b");
    private static final Pattern STREAM = Pattern.compile(">>\\s{0,8}stream\\r?\\n");

    private PdfPages() {}

    /** At least 1. */
    static int of(byte[] pdf) {
        String file = new String(pdf, ISO_8859_1);
        long pages = linearized(file);
        if (pages == 0) {
            pages = PAGE.matcher(file).results().count();
        }
        if (pages == 0) {
            pages = PAGE.matcher(unpacked(pdf, file)).results().count();
        }
        return Math.clamp(pages > 0 ? pages : Math.ceilDiv(pdf.length, BYTES_PER_PAGE), 1, MOST_PAGES);
    }

    private static long linearized(String file) {
        Matcher found = LINEARIZED.matcher(file).region(0, Math.min(file.length(), LONGEST_HEADER));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    /** What the streams of objects hold, as far as there is room for it; a damaged one has cost as much as a whole one. */
    private static String unpacked(byte[] pdf, String file) {
        byte[] room = new byte[MOST_UNPACKED];
        int used = 0;
        int streams = 0;
        int damaged = 0;
        Matcher stream = STREAM.matcher(file);
        for (; streams < MOST_STREAMS && damaged < MOST_DAMAGED && used < room.length && stream.find(); streams++) {
            String dictionary = file.substring(Math.max(0, stream.start() - LONGEST_DICTIONARY), stream.start());
            if (dictionary.contains("/ObjStm")) {
                int got = inflate(pdf, stream.end(), room, used);
                damaged += got < 0 ? 1 : 0;
                used += Math.max(0, got);
            }
        }
        return new String(room, 0, used, ISO_8859_1);
    }

    /** Bytes unpacked; -1 if the stream is damaged. */
    private static int inflate(byte[] pdf, int from, byte[] room, int used) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(pdf, from, pdf.length - from);
            return inflater.inflate(room, used, room.length - used);
        } catch (DataFormatException damaged) {
            return -1; // another stream may tell
        } finally {
            inflater.end();
        }
    }
}
