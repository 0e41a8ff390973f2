package dev.tollgate.bench.mock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.http.ChatBodies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BodyPeekTest {
    @Test
    void aStreamIsFoundInABodyOfAnySizeHoweverItIsCut() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            boolean stream = random.nextBoolean();
            String body = ChatBodies.body("m", random.nextInt(20_000), stream);
            assertEquals(stream, peek(body, random).wantsStream(), () -> "seed " + seed);
        }
    }

    @Test
    void fieldsAtTheEndOfALargeBodyAreFoundHoweverItIsCut() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            String body = "{\"x\":\"" + "y".repeat(random.nextInt(10_000))
                    + "\",\"stream\" : true , \"stream_options\":{\"include_usage\":\n true}}";
            BodyPeek peek = peek(body, random);
            assertTrue(peek.wantsStream() && peek.wantsUsage(), () -> "seed " + seed);
        }
    }

    @Test
    void falseIsNoAndATextThatTalksAboutAStreamIsNoneEither() {
        var random = new Random(1);
        assertFalse(peek("{\"stream\":false,\"stream_options\":{\"include_usage\":false}}", random)
                .wantsStream());
        assertFalse(
                peek("{\"stream_options\":{\"include_usage\":false}}", random).wantsUsage());
        assertFalse(peek("{\"text\":\"\\\"stream\\\":true\"}", random).wantsStream());
        assertFalse(peek("", random).wantsStream());
    }

    @Test
    void theNextRequestStartsAfresh() {
        BodyPeek peek = peek("{\"stream\":true}", new Random(1));
        peek.reset();
        peek.accept(Unpooled.copiedBuffer("{}", StandardCharsets.UTF_8));
        assertFalse(peek.wantsStream());
    }

    private static BodyPeek peek(String body, Random random) {
        var peek = new BodyPeek();
        ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.UTF_8);
        while (bytes.isReadable()) {
            peek.accept(bytes.readSlice(Math.min(bytes.readableBytes(), 1 + random.nextInt(3000))));
        }
        return peek;
    }
}
