package dev.tollgate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static Arguments parse(String... words) {
        return new Arguments(words, "rate url", "json stream");
    }

    @Test
    void valuesAndSwitchesAreRead() {
        Arguments arguments = parse("--rate", "500", "--json");
        assertEquals(500, arguments.number("rate", 1, 1, 1000));
        assertTrue(arguments.has("json"));
        assertFalse(arguments.has("stream"));
        assertEquals("otherwise", arguments.text("url", "otherwise"));
    }

    @Test
    void whatCannotBeUnderstoodIsRefused() {
        assertThrows(Arguments.Misuse.class, () -> parse("--port", "1"));
        assertThrows(Arguments.Misuse.class, () -> parse("rate", "1"));
        assertThrows(Arguments.Misuse.class, () -> parse("--rate"));
        assertThrows(Arguments.Misuse.class, () -> parse("--rate", "1", "--rate", "2"));
    }

    @Test
    void numbersOutsideTheirRangeAreRefusedWithTheRange() {
        for (String value : new String[] {"0", "1001", "ten", "1e3", "99999999999"}) {
            var misuse = assertThrows(
                    Arguments.Misuse.class, () -> parse("--rate", value).number("rate", 1, 1, 1000));
            assertEquals("--rate takes a whole number from 1 to 1000, not " + value, misuse.getMessage());
        }
    }
}
