package dev.tollgate.dialects.tokens;

import java.util.Optional;

/**
 * An image's size in pixels, read from its first bytes: <a href="https://www.w3.org/TR/png-3/#11IHDR">PNG</a>, <a
 * href="https://www.w3.org/Graphics/JPEG/itu-t81.pdf">JPEG</a> (any frame header), <a
 * href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">GIF</a>, <a
 * href="https://developers.google.com/speed/webp/docs/riff_container">WebP</a> in its three forms.
 */
record ImageSize(int width, int height) {
    /** Bytes that are enough of any image: a JPEG's size may stand behind its thumbnail and colour profile. */
    static final int HEADER_BYTES = 512 * 1_024;
    /** Providers refuse what is larger; a header may claim anything. */
    private static final int MOST_PIXELS = 65_535;

    /** Empty for what is no image of these formats, or does not say its size. */
    static Optional<ImageSize> of(byte[] image) {
        if (starts(image, 0, "\u0089PNG\r\n\u001a\n") && starts(image, 12, "IHDR")) {
            return size(bigEndian(image, 16, 4), bigEndian(image, 20, 4));
        }
        if (starts(image, 0, "GIF87a") || starts(image, 0, "GIF89a")) {
            return size(littleEndian(image, 6, 2), littleEndian(image, 8, 2));
        }
        if (starts(image, 0, "RIFF") && starts(image, 8, "WEBP")) {
            return webp(image);
        }
        return starts(image, 0, "\u00ff\u00d8") ? jpeg(image) : Optional.empty();
    }

    private static Optional<ImageSize> webp(byte[] image) {
        if (starts(image, 12, "VP8 ") && starts(image, 23, "\u009d\u0001*") && image.length >= 30) {
            return size(littleEndian(image, 26, 2) & 0x3fff, littleEndian(image, 28, 2) & 0x3fff);
        }
        if (starts(image, 12, "VP8L") && starts(image, 20, "/") && image.length >= 25) {
            long bits = littleEndian(image, 21, 4);
            return size((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        }
        return starts(image, 12, "VP8X")
                ? size(littleEndian(image, 24, 3) + 1, littleEndian(image, 27, 3) + 1)
                : Optional.empty();
    }

    /** Goes from segment to segment up to the frame header, whose marker tells the coding: C0 to CF but C4, C8 and CC. */
    private static Optional<ImageSize> jpeg(byte[] image) {
        int at = 2;
        while (at + 9 <= image.length && (image[at] & 0xff) == 0xff) {
            int marker = image[at + 1] & 0xff;
            if (marker == 0xff) { // padding
                at++;
            } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return size(bigEndian(image, at + 7, 2), bigEndian(image, at + 5, 2));
            } else {
                boolean alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
                at += 2 + (alone ? 0 : (int) Math.max(2, bigEndian(image, at + 2, 2)));
            }
        }
        return Optional.empty();
    }

    private static Optional<ImageSize> size(long width, long height) {
        boolean plausible = width > 0 && width <= MOST_PIXELS && height > 0 && height <= MOST_PIXELS;
        return plausible ? Optional.of(new ImageSize((int) width, (int) height)) : Optional.empty();
    }

    private static boolean starts(byte[] image, int at, String latin1) {
        if (image.length < at + latin1.length()) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((image[at + i] & 0xff) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** -1 where the bytes are not there. */
    private static long bigEndian(byte[] image, int at, int bytes) {
        if (at + bytes > image.length) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (image[at + i] & 0xff);
        }
        return value;
    }

    /** -1 where the bytes are not there. */
    private static long littleEndian(byte[] image, int at, int bytes) {
        if (at + bytes > image.length) {
            return -1;
        }
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | (image[at + i] & 0xff);
        }
        return value;
    }
}
