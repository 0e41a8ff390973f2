package dev.tollgate.dialects.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArrayAsEventsTest {
    private static final String ARRAY = " [{\"a\": \"x]}\\\"\",\r\n \"b\":[1]}\r\n,\r\n{\"c\":{}},{\"d\":";

    private static String fed(ArrayAsEvents array, String text, int step) {
        byte[] bytes = text.getBytes(UTF_8);
        StringBuilder events = new StringBuilder();
        for (int at = 0; at < bytes.length; at += step) {
            events.append(new String(array.events(bytes, at, Math.min(step, bytes.length - at)), UTF_8));
        }
        return events.toString();
    }

    @Test
    void everyWholeElementIsAnEventHoweverTheArrayIsCut() {
        for (int step = 1; step <= ARRAY.length(); step++) {
            assertEquals(
                    "data: {\"a\": \"x]}\\\"\",   \"b\":[1]}\n\ndata: {\"c\":{}}\n\n",
                    fed(new ArrayAsEvents(), ARRAY, step));
        }
    }

    @Test
    void itIsEndedAfterItsLastWholeElementWithoutAByteOfThoseChanged() {
        for (int step = 1; step <= ARRAY.length(); step++) {
            ArrayAsEvents array = new ArrayAsEvents();
            fed(array, ARRAY, step);
            assertTrue(array.canEnd());
            assertEquals(
                    ARRAY.substring(0, ARRAY.indexOf(",{\"d\"")) + ",\r\n{\"last\":1}]",
                    new String(array.ended(ARRAY.getBytes(UTF_8), "data: {\"last\":1}\n\n".getBytes(UTF_8)), UTF_8));
        }
    }

    @Test
    void whatIsNoArrayOrHasNoElementYetCannotBeEnded() {
        for (String other : new String[] {"", " [", "[{\"a\":1", "{\"error\":{}}", "data: {\"a\":1}\n\n"}) {
            ArrayAsEvents array = new ArrayAsEvents();
            fed(array, other, 1);
            assertFalse(array.canEnd(), other);
        }
    }

    @Test
    void afterAnElementThatIsTooLongNoneIsRead() {
        ArrayAsEvents array = new ArrayAsEvents();
        assertEquals("data: {}\n\n", fed(array, "[{},{\"a\":\"" + "x".repeat(1 << 20) + "\"},", 1 << 16));
        assertEquals("", fed(array, "{\"b\":1},", 9));
    }
}
