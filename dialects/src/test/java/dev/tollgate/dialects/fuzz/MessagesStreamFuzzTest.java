package dev.tollgate.dialects.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.messages.MessagesCodec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MessagesStreamFuzzTest {
    static Stream<Arguments> seeds() {
        return Seeds.golden("/messages.events.sse");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadByTheRules(byte[] stream) {
        ConvertedStream.verify(MessagesCodec.codec(), stream);
    }
}
