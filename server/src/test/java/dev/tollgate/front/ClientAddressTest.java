package dev.tollgate.front;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.kernel.Refusal;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.org", "10.0.0", "10.0.0.0/33", "10.0.0.0/x", "", "::1/129"})
    void whatIsNoAddressIsRefused(String text) {
        assertThrows(Refusal.class, () -> ClientAddress.behind(List.of(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "10.1.0.0/16", "::1", "fd00::/8"})
    void addressesAndNetworksAreTaken(String text) {
        assertDoesNotThrow(() -> ClientAddress.behind(List.of(text)));
    }
}
