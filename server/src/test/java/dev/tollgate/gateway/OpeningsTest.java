package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpeningsTest {
    private static final byte[] SIGNS = "\"\"\\\\uunaAz`{~ :,é".getBytes(StandardCharsets.UTF_8);

    private static int slowly(byte[] bytes, int from, int end) {
        for (int i = from; i + 1 < end; i++) {
            int next = bytes[i + 1];
            boolean small = next >= 0x60;
            if (small && (bytes[i] == '"' || (bytes[i] == '\\' && next % 2 == 1))) {
                return i;
            }
        }
        return end;
    }

    @Test
    void findsWhatIsFoundByteByByte() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(3) == 0 ? SIGNS[random.nextInt(SIGNS.length)] : (byte) random.nextInt(256);
            }
            int from = random.nextInt(bytes.length + 1);
            int end = random.nextInt(from, bytes.length + 1);
            assertEquals(slowly(bytes, from, end), Openings.next(bytes, from, end), "seed " + seed + ", " + round);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"messages":[{"role":"user","content":"say \\"no\\" to C:\\\\urls"}]} | false | false
            {"content":[{"type":"image","source":{}}]}                       | true  | false
            {"content":[{"type":"im\\u0061ge"}]}                               | true  | true
            {"content":"a tab\\u0009, a line\\n and a quote\\u0022"}            | false | false
            {"tools":[],"messages":[]}                                       | false | true
            {"tools":[],"previous_response_id":"r"}                          | true  | true
            {"file":"toolsmith","Image":1,"images":2}                        | false | false
            """)
    void seesPartsThatLieElsewhereAndTools(String json, boolean elsewhere, boolean tools) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        assertEquals(new Elsewhere.Seen(elsewhere, tools), Elsewhere.look(body, 0, body.length));
    }
}
