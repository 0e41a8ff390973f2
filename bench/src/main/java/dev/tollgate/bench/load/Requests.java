package dev.tollgate.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** The bytes of a target's requests, which differ in who calls and in nothing else. Of one event loop. */
final class Requests {
    private final byte[] first;
    private final ByteBuf shared;
    private final int callerAt;
    private final List<byte[]> callers;
    private final SplittableRandom random = new SplittableRandom();

    Requests(Target target, String body) {
        first = target.requestBytes(body, true);
        // Not an allocator's: those count a buffer that is never released as leaked.
        shared = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(
                ByteBuffer.allocateDirect(first.length).put(first).flip()));
        // The head is ASCII and comes first, so characters count as bytes up to there.
        callerAt = new String(first, StandardCharsets.ISO_8859_1).indexOf("\r\n" + Target.AUTHORIZATION)
                + 2
                + Target.AUTHORIZATION.length();
        callers = target.authorizations().stream()
                .map(each -> each.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** Outside the heap, to be sent once: a lone caller's bytes are sent again and again, and releasing them does nothing. */
    ByteBuf next() {
        if (callers.size() == 1) {
            return shared.duplicate();
        }
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(first.length)
                .writeBytes(first)
                .setBytes(callerAt, callers.get(random.nextInt(callers.size())));
    }
}
