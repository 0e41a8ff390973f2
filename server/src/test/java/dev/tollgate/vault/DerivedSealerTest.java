package dev.tollgate.vault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import org.junit.jupiter.api.Test;

/** What other rooms keep sealed. */
class DerivedSealerTest {
    private static final String SECRET = "https://hooks.example.org/services/T0/B0/CANARY";

    private static TextSealer sealer(String purpose) {
        return new DerivedSealer(Aeads.derive(new byte[32], purpose));
    }

    @Test
    void whatWasSealedOpensInItsPlaceUnderItsPurpose() {
        String sealed = sealer("alerts").seal("dst_1", SECRET);
        assertEquals(SECRET, sealer("alerts").open("dst_1", sealed));
        assertFalse(sealed.contains("CANARY"));
        assertNotEquals(sealed, sealer("alerts").seal("dst_1", SECRET));
    }

    @Test
    void whatIsElsewhereOfAnotherPurposeOrEditedDoesNotOpen() {
        String sealed = sealer("alerts").seal("dst_1", SECRET);
        String edited = (sealed.startsWith("A") ? "B" : "A") + sealed.substring(1);
        assertThrows(Refusal.class, () -> sealer("alerts").open("dst_2", sealed));
        assertThrows(Refusal.class, () -> sealer("others").open("dst_1", sealed));
        assertThrows(Refusal.class, () -> sealer("alerts").open("dst_1", edited));
        assertThrows(Refusal.class, () -> sealer("alerts").open("dst_1", "no base64!"));
        assertThrows(Refusal.class, () -> sealer("alerts").open("dst_1", ""));
    }
}
