package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A grant never says of a cap what does not hold, whenever the gate dies. */
class GrantCapsOrderTest extends InOAuthHouse {
    private static final SpendingCap SMALL = new SpendingCap(1_000, SpendingCap.Window.DAY);
    private static final SpendingCap LARGE = new SpendingCap(9_000, SpendingCap.Window.DAY);

    private AccessGrant granted(@Nullable Instant expiresAt) {
        Client app = house().app();
        return house().server()
                .grants()
                .create(
                        new Grants.Draft(
                                OAuthHouse.ANN.id(),
                                OAuthHouse.ANN.id(),
                                "team",
                                app.id(),
                                app.name(),
                                List.of("models:use"),
                                OAuthHouse.ISSUER,
                                LARGE,
                                expiresAt),
                        OAuthHouse.ANN.id());
    }

    private AccessGrant change(AccessGrant grant, @Nullable SpendingCap cap) {
        return house().server()
                .grants()
                .change(OAuthHouse.ANN.id(), grant.id(), grant.scopes(), cap, null, OAuthHouse.ANN.id());
    }

    private @Nullable SpendingCap stored(AccessGrant grant) {
        return house().server().grants().find(grant.id()).orElseThrow().cap();
    }

    @Test
    void aNewCapHoldsBeforeTheGrantSaysSo() {
        AccessGrant grant = granted(null);
        List<@Nullable SpendingCap> during = new ArrayList<>();
        house().capping = set -> during.add(stored(grant));
        change(grant, SMALL);
        assertEquals(List.of(LARGE), during);
        assertEquals(SMALL, stored(grant));
    }

    @Test
    void whatCannotBeCappedIsNotChanged() {
        AccessGrant grant = granted(null);
        house().capping = set -> {
            throw new IllegalStateException("the budget's store is away");
        };
        assertThrows(IllegalStateException.class, () -> change(grant, SMALL));
        assertEquals(LARGE, stored(grant));
    }

    @Test
    void aGrantThatEndsMeanwhileLeavesNoCap() {
        AccessGrant grant = granted(null);
        house().capping = set -> house().server().grants().revoke(grant.id(), "owner");
        assertThrows(Refusal.class, () -> change(grant, SMALL));
        assertTrue(house().capped.isEmpty());
    }

    @Test
    void theCapOfWhatHasExpiredIsLifted() {
        granted(Instant.ofEpochMilli(house().now.get()).plusSeconds(60));
        AccessGrant other = granted(null);
        house().server().grants().liftEnded();
        assertEquals(2, house().capped.size());
        house().pass(Duration.ofMinutes(2));
        house().server().grants().liftEnded();
        assertEquals(
                List.of(other.id()),
                house().capped.stream().map(AccessGrant::id).toList());
    }
}
