package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tollgate.audit.AuditLog;
import dev.tollgate.identity.KeyInfo;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GreetingTest {
    @TempDir
    Path home = Path.of("");

    @Test
    void eachStartHasAKeyOfItsOwnAndTheOneOfTheStartBeforeEnds() throws Exception {
        try (Store store = Store.open(TestDatabase.SQLITE.fresh(home))) {
            InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));
            VirtualKeys keys = VirtualKeys.open(store, new AuditLog(store, clock, new byte[32]), clock);
            keys.create("mine", List.of("*"), null, "owner");
            Greeting.freshKey(keys);
            Greeting.freshKey(keys);
            List<KeyInfo> inForce = keys.list("", 100).stream()
                    .filter(key -> key.revokedAt() == null)
                    .toList();
            assertEquals(
                    List.of("first-call", "mine"),
                    inForce.stream().map(KeyInfo::name).sorted().toList());
            assertEquals(3, keys.list("", 100).size());
        }
    }
}
