package dev.tollgate.dialects.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.chat.ChatCodec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChatStreamFuzzTest {
    static Stream<Arguments> seeds() {
        return Seeds.golden("/chat.events.sse");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadByTheRules(byte[] stream) {
        ConvertedStream.verify(ChatCodec.codec(), stream);
    }
}
