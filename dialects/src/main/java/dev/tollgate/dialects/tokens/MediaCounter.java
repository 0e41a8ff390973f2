package dev.tollgate.dialects.tokens;

import dev.tollgate.dialects.conversation.Part;
import dev.tollgate.dialects.json.Json;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Counts images, documents, sound and film by their bytes, as far as those are in the request. */
final class MediaCounter {
    /** What an image counts as that is elsewhere, or that nobody can measure: a photograph. */
    static final ImageSize PHOTOGRAPH = new ImageSize(2_048, 1_536);

    static final int PAGES_ELSEWHERE = 10;
    static final int SECONDS_ELSEWHERE = 600;

    private static final int AUDIO_TOKENS_PER_SECOND = 32;
    private static final int VIDEO_TOKENS_PER_SECOND = 295;
    /** Without a header that tells, sound has 32 kbit/s and film 500 kbit/s: few, so that the seconds are many. */
    private static final int AUDIO_BYTES_PER_SECOND = 4_000;

    private static final int VIDEO_BYTES_PER_SECOND = 62_500;
    /** What every provider counts at least of an image, whatever detail it is content with. */
    static final int IMAGE_AT_LEAST = 64;

    static final int PAGE_AT_LEAST = 100;

    private final CountingRules rules;

    MediaCounter(CountingRules rules) {
        this.rules = rules;
    }

    /** Media whose content is base64. */
    TokenEstimate inline(Part.Media media, Json.Text base64) {
        return switch (media.kind()) {
            case IMAGE ->
                ImageSize.of(decode(base64, ImageSize.HEADER_BYTES))
                        .map(size -> image(rules.images().tokens(size, detail(media))))
                        .orElseGet(() -> guessed(rules.images().tokens(PHOTOGRAPH, detail(media))));
            case DOCUMENT -> isPdf(media.mediaType()) ? pdf(base64) : guessed(base64.size() / 4L);
            case AUDIO -> guessed(seconds(base64, AUDIO_BYTES_PER_SECOND) * AUDIO_TOKENS_PER_SECOND);
            case VIDEO -> guessed(seconds(base64, VIDEO_BYTES_PER_SECOND) * VIDEO_TOKENS_PER_SECOND);
        };
    }

    /** Media that is not in the request: a URL, a file that lies at the provider. */
    TokenEstimate elsewhere(Part.Media media) {
        return guessed(
                switch (media.kind()) {
                    case IMAGE -> rules.images().tokens(PHOTOGRAPH, detail(media));
                    case DOCUMENT -> PAGES_ELSEWHERE * page();
                    case AUDIO -> (long) SECONDS_ELSEWHERE * AUDIO_TOKENS_PER_SECOND;
                    case VIDEO -> (long) SECONDS_ELSEWHERE * VIDEO_TOKENS_PER_SECOND;
                });
    }

    private TokenEstimate pdf(Json.Text base64) {
        byte[] pdf = decode(base64, Integer.MAX_VALUE);
        return pdf.length == 0 ? guessed(PAGES_ELSEWHERE * page()) : pages(PdfPages.of(pdf));
    }

    private long page() {
        return rules.pageText() + rules.images().page();
    }

    /** A WAV file's header says its bytes per second (RIFF, {@code fmt }). */
    private static long seconds(Json.Text base64, int bytesPerSecond) {
        byte[] head = decode(base64, 32);
        long bytes = base64.size() / 4L * 3;
        boolean wav = head.length >= 32 && head[0] == 'R' && head[8] == 'W' && head[9] == 'A' && head[10] == 'V';
        long rate = wav ? (head[28] & 0xff) | (head[29] & 0xff) << 8 | (head[30] & 0xff) << 16 : bytesPerSecond;
        return Math.ceilDiv(bytes, Math.max(rate, bytesPerSecond));
    }

    private static TokenEstimate image(long tokens) {
        return new TokenEstimate(tokens, Math.min(tokens, IMAGE_AT_LEAST));
    }

    private TokenEstimate pages(int pages) {
        return new TokenEstimate(pages * page(), (long) pages * PAGE_AT_LEAST);
    }

    private static TokenEstimate guessed(long tokens) {
        return new TokenEstimate(tokens, 0);
    }

    private static @Nullable String detail(Part.Media media) {
        return media.detail() == null ? null : media.detail().value();
    }

    private static boolean isPdf(@Nullable String mediaType) {
        return mediaType != null && mediaType.toLowerCase(Locale.ROOT).startsWith("application/pdf");
    }

    /** The first bytes; empty where it is no base64. Takes either alphabet, with or without padding and line ends. */
    static byte[] decode(Json.Text base64, int mostBytes) {
        int most = (int) Math.min(base64.size(), (mostBytes / 3L + 1) * 4);
        String text = base64.piece(0, most).string().replace('-', '+').replace('_', '/');
        boolean whole = most == base64.size();
        try {
            return Base64.getMimeDecoder().decode(whole ? text : text.substring(0, text.length() / 4 * 4));
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
