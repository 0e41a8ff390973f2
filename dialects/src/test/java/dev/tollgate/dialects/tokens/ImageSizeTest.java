package dev.tollgate.dialects.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {
    /** Made by the JDK's encoder of that format. */
    static byte[] image(String format, int width, int height) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out);
        return out.toByteArray();
    }

    private static byte[] webp(String chunk, int... payload) {
        byte[] file = new byte[20 + payload.length];
        byte[] head = ("RIFF____WEBP" + chunk).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, file, 0, head.length);
        for (int i = 0; i < payload.length; i++) {
            file[20 + i] = (byte) payload[i];
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"png, 640, 480", "jpg, 1920, 1080", "gif, 33, 7", "png, 1, 1", "jpg, 1, 3000"})
    void theSizeIsReadFromWhatAnEncoderWrites(String format, int width, int height) throws Exception {
        assertEquals(Optional.of(new ImageSize(width, height)), ImageSize.of(image(format, width, height)));
    }

    @Test
    void webpTellsItsSizeInThreeWays() {
        Optional<ImageSize> size = Optional.of(new ImageSize(550, 368));
        assertEquals(size, ImageSize.of(webp("VP8 ", 0, 0, 0, 0x9d, 1, '*', 0x26, 0x02, 0x70, 0x01)));
        // 14 bits of width - 1 = 549, then 14 bits of height - 1 = 367
        assertEquals(size, ImageSize.of(webp("VP8L", '/', 0x25, 0xc2, 0x5b, 0x00)));
        assertEquals(size, ImageSize.of(webp("VP8X", 0, 0, 0, 0, 0x25, 0x02, 0, 0x6f, 0x01, 0)));
    }

    @Test
    void aJpegsSizeMayStandBehindALargeProfile() throws Exception {
        byte[] plain = image("jpg", 300, 200);
        byte[] profile = new byte[4 + 60_000];
        profile[0] = (byte) 0xff;
        profile[1] = (byte) 0xe2;
        profile[2] = (byte) ((60_002 >> 8) & 0xff);
        profile[3] = (byte) (60_002 & 0xff);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(plain, 0, 2);
        for (int i = 0; i < 4; i++) {
            file.writeBytes(profile);
        }
        file.write(plain, 2, plain.length - 2);
        assertEquals(Optional.of(new ImageSize(300, 200)), ImageSize.of(file.toByteArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "gif"})
    void aCutImageHasNoSizeOrItsOwn(String format) throws Exception {
        byte[] whole = image(format, 640, 480);
        for (int length = 0; length < Math.min(whole.length, 700); length++) {
            Optional<ImageSize> size = ImageSize.of(Arrays.copyOf(whole, length));
            assertEquals(size.isPresent() ? Optional.of(new ImageSize(640, 480)) : Optional.empty(), size);
        }
    }

    @Test
    void noiseBehindAnImagesFirstBytesIsReadWithoutAFault() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (String format : new String[] {"png", "jpg", "gif"}) {
            byte[] whole = image(format, 64, 64);
            for (int i = 0; i < 20_000; i++) {
                byte[] noise = new byte[random.nextInt(80)];
                random.nextBytes(noise);
                System.arraycopy(whole, 0, noise, 0, Math.min(noise.length, random.nextInt(20)));
                ImageSize.of(noise).ifPresent(size -> {
                    if (size.width() <= 0 || size.height() <= 0 || size.width() > 65_535 || size.height() > 65_535) {
                        throw new AssertionError("seed " + seed + ": " + size);
                    }
                });
            }
        }
    }

    @Test
    void anImpossibleSizeIsNone() throws Exception {
        byte[] png = image("png", 10, 10);
        Arrays.fill(png, 16, 24, (byte) 0xff);
        assertEquals(Optional.empty(), ImageSize.of(png));
        Arrays.fill(png, 16, 24, (byte) 0);
        assertEquals(Optional.empty(), ImageSize.of(png));
    }

    @Test
    void base64IsReadInEitherAlphabetAndWithLineEnds() throws Exception {
        byte[] png = image("png", 300, 200);
        for (String text : new String[] {
            Base64.getEncoder().encodeToString(png),
            Base64.getEncoder().withoutPadding().encodeToString(png),
            Base64.getUrlEncoder().encodeToString(png),
            Base64.getMimeEncoder().encodeToString(png)
        }) {
            byte[] decoded = MediaCounter.decode(dev.tollgate.dialects.json.Json.Text.of(text), 64);
            assertEquals(Optional.of(new ImageSize(300, 200)), ImageSize.of(decoded), text.substring(0, 20));
        }
    }
}
