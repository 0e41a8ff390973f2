package dev.tollgate.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.kernel.Refusal;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @Test
    void readsAFile() {
        assertEquals(new DatabaseUrl.Sqlite(Path.of("/var/lib/t.db")), DatabaseUrl.parse("sqlite:/var/lib/t.db"));
    }

    @Test
    void readsAConnectionUriWithEncodedUserAndPassword() {
        assertEquals(
                new DatabaseUrl.PostgreSql("jdbc:postgresql://db:5433/gate?sslmode=require", "me@home", "p:ss/+ d"),
                DatabaseUrl.parse("postgresql://me%40home:p%3Ass%2F+%20d@db:5433/gate?sslmode=require"));
        assertEquals(
                new DatabaseUrl.PostgreSql("jdbc:postgresql://db/gate", null, null),
                DatabaseUrl.parse("postgres://db/gate"));
    }

    @Test
    void neverPrintsAPassword() {
        DatabaseUrl url = DatabaseUrl.parse("postgresql://me:canary-password@db/gate?password=canary-password");
        assertFalse(url.toString().contains("canary-password"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://me:canary-password@db/gate",
                "postgresql://me:canary-password@/gate",
                "postgresql://me:canary-password@db/",
                "postgresql://me:canary-password@db",
                "postgresql://me:canary password@db/gate",
                "sqlite:",
                ""
            })
    void refusesWhatItIsNotWithoutRepeatingIt(String text) {
        Refusal refusal = assertThrows(Refusal.class, () -> DatabaseUrl.parse(text));
        assertFalse(refusal.text().contains("canary"));
    }
}
