package dev.tollgate.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final InetSocketAddress ADDRESS = InetSocketAddress.createUnresolved("127.0.0.1", 9);
    private static final String BODY = "{\"größe\":1}";

    @Test
    void everyCallerComesByAndNothingElseDiffers() {
        List<String> callers = List.of("Bearer aa", "Bearer bb", "Bearer cc");
        var target = new Target(ADDRESS, "/v1/messages", callers, Map.of("x-app", "a name"));
        var requests = new Requests(target, BODY);
        String alike = new String(target.requestBytes(BODY, true), StandardCharsets.UTF_8);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            ByteBuf request = requests.next();
            String text = request.toString(StandardCharsets.UTF_8);
            String caller = callers.stream().filter(text::contains).findFirst().orElseThrow();
            seen.add(caller);
            assertEquals(alike, text.replace(caller, callers.getFirst()));
            assertTrue(request.release());
        }
        assertEquals(Set.copyOf(callers), seen);
        assertTrue(alike.contains("\r\nx-app: a name\r\n"), alike);
    }

    @Test
    void aLoneCallersBytesCanBeSentAgainAndAgain() {
        var target = new Target(ADDRESS, "/v1/messages", "Bearer aa");
        var requests = new Requests(target, BODY);
        for (int i = 0; i < 3; i++) {
            ByteBuf request = requests.next();
            assertEquals(
                    new String(target.requestBytes(BODY, true), StandardCharsets.UTF_8),
                    request.readCharSequence(request.readableBytes(), StandardCharsets.UTF_8));
            request.release();
        }
    }

    @Test
    void callersOfDifferentLengthsAreRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Target(ADDRESS, "/", List.of("Bearer a", "Bearer bb"), Map.of()));
        assertThrows(IllegalArgumentException.class, () -> new Target(ADDRESS, "/", List.of(), Map.of()));
    }
}
