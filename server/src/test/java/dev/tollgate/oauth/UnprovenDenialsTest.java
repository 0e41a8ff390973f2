package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers' tokens leave few rows in a trail that is never cut; those of trusted issuers leave one each. */
class UnprovenDenialsTest {
    private static final long MINUTE = UnprovenDenials.PERIOD.toMillis();

    @TempDir
    Path home = Path.of("");

    private static List<String> denials(FederationHouse gate) {
        return List.copyOf(gate.house.audited).stream()
                .filter(row -> row.contains(" federation.denied "))
                .toList();
    }

    @Test
    void whatIsNoTokenOrNobodysLeavesARowAMinuteForAnAddressAndTheReasonAtOnce() throws SQLException {
        try (FederationHouse gate = new FederationHouse(TestDatabase.SQLITE, home)) {
            gate.trust();
            Map<String, Object> strangers = gate.claims();
            strangers.put("iss", "https://evil.example");
            String stranger = gate.issuer.sign(strangers);
            String forged = gate.token().replaceFirst("\\.[^.]*$", ".AAAA");
            for (int i = 0; i < 20; i++) {
                assertEquals("invalid_request", gate.exchange("nonsense").error());
                assertEquals("invalid_request", gate.exchange(stranger).error());
                assertEquals("invalid_request", gate.exchange(forged).error());
            }
            assertEquals(1, denials(gate).size(), denials(gate).toString());
            assertTrue(gate.lastDenial().contains("no signed JWT"), gate.lastDenial());
            gate.house.address = "192.0.2.8";
            gate.exchange(stranger);
            assertEquals(2, denials(gate).size(), "another address is another's");
            assertTrue(gate.lastDenial().contains("no rule trusts its issuer"), gate.lastDenial());
            gate.house.address = "192.0.2.7";
            gate.house.pass(Duration.ofMinutes(1));
            gate.exchange(forged);
            assertEquals(3, denials(gate).size(), denials(gate).toString());
            assertTrue(gate.lastDenial().contains("signature"), gate.lastDenial());
            assertTrue(gate.lastDenial().contains("\"unproven_before\":59"), gate.lastDenial());
        }
    }

    @Test
    void theNumberIsToldWithWhateverComesNextIfThatAddressIsSilent() throws SQLException {
        try (FederationHouse gate = new FederationHouse(TestDatabase.SQLITE, home)) {
            gate.trust();
            gate.exchange("nonsense");
            gate.exchange("nonsense");
            gate.exchange("nonsense");
            gate.house.pass(Duration.ofMinutes(1));
            gate.house.address = "192.0.2.8";
            assertEquals(200, gate.exchange(gate.token()).status());
            assertEquals(2, denials(gate).size(), denials(gate).toString());
            assertTrue(gate.lastDenial().contains("\"address\":\"192.0.2.7\""), gate.lastDenial());
            assertTrue(gate.lastDenial().endsWith("\"count\":2}"), gate.lastDenial());
        }
    }

    @Test
    void aTrustedIssuersTokenHasARowForEachRefusal() throws SQLException {
        try (FederationHouse gate = new FederationHouse(TestDatabase.SQLITE, home)) {
            gate.trust();
            Map<String, Object> wrong = gate.claims();
            wrong.put("ref", "refs/heads/evil");
            for (int i = 0; i < 3; i++) {
                gate.exchange(gate.issuer.sign(wrong));
            }
            assertEquals(3, denials(gate).size(), denials(gate).toString());
        }
    }

    @Test
    void addressesWithoutEndTakeNoMemoryAndFewRows() {
        UnprovenDenials denials = new UnprovenDenials();
        int rows = 0;
        for (int i = 0; i < 50_000; i++) {
            rows += denials.count("2001:db8:" + Integer.toHexString(i) + "::1", 1_000)
                            .isPresent()
                    ? 1
                    : 0;
        }
        assertEquals(UnprovenDenials.MOST_ADDRESSES + 1, rows);
        assertEquals(Map.of(), denials.over(1_000 + MINUTE - 1));
        SortedMap<String, Long> sums = denials.over(1_000 + MINUTE);
        assertEquals(Map.of(UnprovenDenials.ELSEWHERE, 50_000L - UnprovenDenials.MOST_ADDRESSES - 1), sums);
        assertEquals(Map.of(), denials.over(1_000 + 2 * MINUTE), "told once");
        assertEquals(OptionalLong.of(0), denials.count("2001:db8::1", 1_000 + 2 * MINUTE), "there is room again");
    }

    @Test
    void addressesOfOneNetworkCountAsOne() {
        UnprovenDenials denials = new UnprovenDenials();
        assertEquals(OptionalLong.of(0), denials.count("2001:db8:1:200::1", 0));
        assertEquals(OptionalLong.empty(), denials.count("2001:db8:1:2ff::2", 0));
        assertEquals(OptionalLong.of(0), denials.count("2001:db8:1:300::1", 0));
        assertEquals(OptionalLong.of(1), denials.count("2001:db8:1:200::3", MINUTE));
    }
}
