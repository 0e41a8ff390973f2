package dev.tollgate.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AppNameTest {
    @Test
    void anIdThatUsageKeepsWholeIsTheName() {
        assertEquals("claude-code", AppName.of("claude-code"));
        assertEquals("c".repeat(64), AppName.of("c".repeat(64)));
    }

    @Test
    void longIdsThatBeginAlikeAreToldApart() {
        String address = "https://app.example/" + "a".repeat(60);
        String name = AppName.of(address);
        assertEquals(64, name.length());
        assertTrue(name.startsWith("https://app.example/a"), name);
        assertEquals(name, AppName.of(address));
        assertNotEquals(name, AppName.of(address + "/"));
        assertEquals(name, AppName.of(name), "a name stays what it is");
    }
}
