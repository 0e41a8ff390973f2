package dev.tollgate.dialects.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.gemini.GeminiCodec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GeminiStreamFuzzTest {
    static Stream<Arguments> seeds() {
        return Seeds.golden("/gemini.events.sse");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadByTheRules(byte[] stream) {
        ConvertedStream.verify(GeminiCodec.codec(), stream);
    }
}
