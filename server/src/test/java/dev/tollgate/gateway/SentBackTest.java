package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.codec.Destination;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.conversation.Signature;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SentBackTest {
    private static final Destination TO = new Destination("m", 64, Set.of());

    private static byte[] body(String signature) {
        return ("{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\",\"content\":["
                        + "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"" + signature + "\"}]}]}")
                .getBytes(UTF_8);
    }

    /** The bytes of a call never change; here they do, to tell whether they are looked at again. */
    @Test
    void aBodyIsSearchedOnceHoweverManyCandidatesAreTried() {
        String foreign = new Signature(Protocol.RESPONSES, "rs_1", "gAAA").envelope();
        byte[] with = body(foreign);
        byte[] without = body("x".repeat(foreign.length()));
        byte[] changing = without.clone();
        SentBack nothing = new SentBack(Calls.permitted(Operation.MESSAGES, changing));
        assertEquals(0, nothing.splices(TO).size());
        System.arraycopy(with, 0, changing, 0, with.length);
        assertEquals(0, nothing.splices(TO).size());
        SentBack something = new SentBack(Calls.permitted(Operation.MESSAGES, changing));
        assertEquals(1, something.splices(TO).size());
    }
}
