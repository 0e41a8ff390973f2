package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.dialects.conversation.Event;
import dev.tollgate.dialects.json.JsonBytes;
import org.junit.jupiter.api.Test;

class ArrayEventWriterTest {
    private int written;

    /** One that writes as many events for each as a test wants. */
    private String written(int each, Event... events) {
        ArrayEventWriter writer = new ArrayEventWriter((event, out) -> {
            for (int i = 0; i < each; i++) {
                out.beginEvent().beginObject().field("n", ++written).endObject().endEvent();
            }
        });
        StringBuilder text = new StringBuilder();
        for (Event event : events) {
            JsonBytes out = new JsonBytes();
            writer.write(event, out);
            text.append(new String(out.toBytes(), UTF_8)).append('|');
        }
        return text.toString();
    }

    @Test
    void eachEventIsAnElementAndTheEndClosesTheArray() {
        assertEquals(
                "[{\"n\":1}|,\r\n{\"n\":2}|,\r\n{\"n\":3}]|",
                written(1, new Event.Ping(), new Event.Ping(), new Event.Ended()));
    }

    @Test
    void severalEventsAtOnceAreSeveralElements() {
        assertEquals(
                "[{\"n\":1},\r\n{\"n\":2}|,\r\n{\"n\":3},\r\n{\"n\":4}]|",
                written(2, new Event.Ping(), new Event.Ended()));
    }

    @Test
    void whatHasNothingToSayIsAnEmptyArray() {
        assertEquals("|[]|", written(0, new Event.Ping(), new Event.Ended()));
    }

    @Test
    void whatFailsEndsWithItsErrorAndNothingComesAfter() {
        Event failed = new Event.Failed(ErrorKind.OVERLOADED, "Busy.");
        assertEquals("[{\"n\":1}|,\r\n{\"n\":2}]||", written(1, new Event.Ping(), failed, new Event.Ended()));
    }

    @Test
    void withoutAnEndTheArrayStaysOpen() {
        assertEquals("[{\"n\":1}|", written(1, new Event.Ping()));
    }
}
