package dev.tollgate.dialects.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Fixtures;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void acceptsEveryCharacter() {
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                byte[] bytes = Character.toString(codePoint).getBytes(UTF_8);
                assertEquals(-1, Utf8.firstInvalid(bytes, 0, bytes.length));
            }
        }
    }

    @Test
    void agreesWithTheJdkOnEveryPairOfLeadAndSecondByte() {
        for (int lead = 0; lead < 256; lead++) {
            for (int second = 0; second < 256; second++) {
                byte[] bytes = {(byte) lead, (byte) second, (byte) 0x80, (byte) 0xBF, 'a'};
                assertEquals(firstInvalidByJdk(bytes), Utf8.firstInvalid(bytes, 0, bytes.length));
            }
        }
    }

    @Test
    void agreesWithTheJdkOnDamagedText() {
        RandomGenerator random = Fixtures.random("Utf8Test");
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                text.appendCodePoint(
                        random.nextBoolean() ? 'a' : "é混😀\uFFFF".codePoints().toArray()[random.nextInt(4)]);
            }
            byte[] bytes = text.toString().getBytes(UTF_8);
            if (bytes.length > 0 && random.nextInt(4) > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertEquals(firstInvalidByJdk(bytes), Utf8.firstInvalid(bytes, 0, bytes.length));
        }
    }

    private static int firstInvalidByJdk(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(in, CharBuffer.allocate(bytes.length + 1), true);
        return result.isError() ? in.position() : -1;
    }
}
