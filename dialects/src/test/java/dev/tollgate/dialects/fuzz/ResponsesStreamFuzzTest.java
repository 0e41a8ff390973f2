package dev.tollgate.dialects.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tollgate.dialects.responses.ResponsesCodec;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResponsesStreamFuzzTest {
    static Stream<Arguments> seeds() {
        return Seeds.golden("/responses.events.sse");
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreReadByTheRules(byte[] stream) {
        ConvertedStream.verify(ResponsesCodec.codec(), stream);
    }
}
