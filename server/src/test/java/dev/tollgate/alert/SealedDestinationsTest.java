package dev.tollgate.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.vault.Vault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Destinations under the real vault, whose rotation takes them with it. */
@Timeout(120)
class SealedDestinationsTest {
    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void noticesGoOutAsBeforeAfterTheVaultWasRotated(TestDatabase kind) throws Exception {
        try (AlertHouse house = new AlertHouse(kind, folder)) {
            Barrier barrier = barrier(house);
            house.sealWith(barrier.sealer(Alerts.SEALED));
            Vault vault = Vault.open(barrier, (tx, actor, action, subject, detail) -> {}, house.events);
            String secret = house.webhook("hook");
            assertEquals(Set.of(1), vault.rotate("owner").dropped());
            assertEquals(1, house.count("alert_destination", "sealed LIKE '2.%'"));
            String before = told(house, secret, "one");
            Barrier reopened = barrier(house);
            TextSealer sealer = reopened.sealer(Alerts.SEALED);
            house.sealWith(sealer);
            assertEquals(before, told(house, secret, "two"));
            String stored = house.store.read(handle -> handle.createQuery("SELECT sealed FROM alert_destination")
                    .mapTo(String.class)
                    .one());
            assertFalse(stored.contains("hook.example.org") || stored.contains(secret));
        }
    }

    private Barrier barrier(AlertHouse house) {
        return Barrier.unseal(
                house.store, house.clock, new RootKeySource.KeyFile(folder.resolve("master.key")), Optional.empty());
    }

    /** Where it was posted to, signed with that secret. */
    private static String told(AlertHouse house, String secret, String message) {
        house.raise("credential.quarantined", "a", message);
        AlertHouse.Posted posted = house.send().getFirst();
        String signature = WebhookSignature.sign(
                List.of(secret),
                posted.id(),
                Long.parseLong(posted.headers().getOrDefault("webhook-timestamp", "0")),
                posted.body().getBytes(StandardCharsets.UTF_8));
        assertTrue(posted.body().contains(message), posted.body());
        assertEquals(signature, posted.headers().get("webhook-signature"));
        return posted.url().toString();
    }
}
