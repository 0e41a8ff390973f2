package dev.tollgate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class AuditChainTest {
    private static final String FIRST = "Hqdeitn4SqJIfL7r14cdiodJN_zCqUuxJA6r2KTNGzc";
    private static final String SECOND = "xCW5ykrPHd1v85dY4edrg1QuXfcFQrHmK74FNNUUuUs";
    private final AuditChain chain = new AuditChain();

    private static SecretKeySpec key(int first) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return new SecretKeySpec(bytes, "HmacSHA256");
    }

    /** The expected values come from Python's hashlib and hmac, by the encoding that the class describes. */
    @Test
    void hashesAndSealsAsAnotherImplementationDoes() {
        String first = chain.hash(
                1, 1_795_000_000_123L, "owner", "key.created", "k1", "{\"name\":\"é 😀\"}", AuditChain.GENESIS);
        assertEquals(FIRST, first);
        assertEquals(SECOND, chain.hash(2, 1_795_000_000_123L, "key:k1", "call.settled", "req_1", "", first));
        assertEquals("S7JpDkHCXXuUOOgjqP4-tcy99mjX7O0YnUXoJpR6tRw", chain.seal(key(0), 2, SECOND));
    }

    @Test
    void movingACharacterFromOneFieldToTheNextChangesTheHash() {
        assertNotEquals(
                chain.hash(1, 0, "ab", "c", "", "", AuditChain.GENESIS),
                chain.hash(1, 0, "a", "bc", "", "", AuditChain.GENESIS));
        assertNotEquals(
                chain.hash(1, 0, "a", "", "", "b", AuditChain.GENESIS),
                chain.hash(1, 0, "a", "", "b", "", AuditChain.GENESIS));
    }

    @Test
    void aSealFitsItsKeyItsRowAndItsHashOnly() {
        String seal = chain.seal(key(0), 2, SECOND);
        assertTrue(chain.isSealed(key(0), 2, SECOND, seal));
        assertFalse(chain.isSealed(key(1), 2, SECOND, seal));
        assertFalse(chain.isSealed(key(0), 1, SECOND, seal));
        assertFalse(chain.isSealed(key(0), 2, FIRST, seal));
        assertFalse(chain.isSealed(key(0), 2, SECOND, ""));
        assertFalse(chain.isSealed(key(0), 2, "no hash", seal));
    }

    @Test
    void onlyAHashIsAHash() {
        assertTrue(AuditChain.isHash(FIRST));
        assertFalse(AuditChain.isHash(FIRST + "="));
        assertFalse(AuditChain.isHash(FIRST.substring(1)));
        // The same 32 bytes in a spelling that nobody writes: spare bits of the last character are set.
        assertFalse(AuditChain.isHash(FIRST.substring(0, 42) + "d"));
        assertThrows(IllegalArgumentException.class, () -> chain.hash(1, 0, "", "", "", "", "AAAA"));
    }
}
