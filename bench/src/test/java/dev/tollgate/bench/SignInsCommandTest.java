package dev.tollgate.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.bench.SignInsCommand.Report;
import dev.tollgate.bench.SignInsCommand.Round;
import dev.tollgate.bench.report.Conditions;
import dev.tollgate.bench.report.Machine;
import dev.tollgate.bench.subject.Expense;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SignInsCommandTest {
    private static final Conditions CONDITIONS = new Conditions(
            new Machine("a processor", 2, 4_096, "Linux", "JDK"),
            "sign-ins",
            "none",
            0,
            "ext4",
            0.1,
            0.2,
            Instant.EPOCH);

    /** A round in which a sign-in by password takes so long, four fifths of it for its hash. */
    private static Round round(long passwordMillis) {
        return new Round(
                each(10, passwordMillis * 1_000), each(10, passwordMillis * 800), each(100, 2_000), each(100, 500));
    }

    private static Expense each(long times, long micros) {
        return new Expense(times, times * micros * 3_000, times * micros * 1_000, times * 7_000);
    }

    private static Report report(long audited) {
        return Report.of(CONDITIONS, List.of(round(50), round(300), round(60)), audited);
    }

    @Test
    void oneDisturbedRoundDoesNotDecide() {
        SignInsCommand.Figure password = report(330).figures().getFirst();
        assertEquals(1_000, password.perMinute().median());
        assertEquals(200, password.perMinute().min());
        assertEquals(1_200, password.perMinute().max());
        assertEquals(60_000, password.processorMicros());
        assertEquals(180_000, password.elapsedMicros());
        assertEquals(7_000, password.allocatedBytes());
        assertEquals(0.8, report(330).hashShare().median(), 1e-9);
        assertEquals(0.25, report(330).assertionShare().median(), 1e-9);
    }

    @Test
    void textAndJsonSayTheSame() {
        String text = report(330).text();
        assertTrue(text.contains("password and code"), text);
        assertTrue(text.contains("1,000"), text);
        assertTrue(text.contains("Argon2id (19,456 KiB, 2 passes, 1 lane) is 80 % of"), text);
        assertFalse(text.contains("BROKEN"), text);
        JsonNode json = JsonMapper.builder().build().valueToTree(report(330));
        assertEquals(1_000, json.at("/figures/0/perMinute/median").asDouble());
        assertEquals(0.8, json.at("/hashShare/median").asDouble(), 1e-9);
        assertEquals(330, json.at("/signIns").asLong());
    }

    @Test
    void aSignInWithoutItsRowMakesTheRunWorthless() {
        assertTrue(report(330).isWhole());
        assertFalse(report(329).isWhole());
        assertTrue(report(329).text().contains("BROKEN"));
    }

    @Test
    void whatIsNoOptionIsRefused() {
        assertThrows(
                Arguments.Misuse.class, () -> new SignInsCommand().run(new String[] {"--people", "5"}, "sign-ins"));
    }
}
