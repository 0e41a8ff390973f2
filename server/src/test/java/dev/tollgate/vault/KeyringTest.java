package dev.tollgate.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class KeyringTest {
    private static final byte[] DATA_KEY = "0123456789abcdef0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] BOUND = "what it belongs to".getBytes(US_ASCII);

    private final RootKey root = RootKey.random();

    @Test
    void whatOneTermWrappedOpensInLaterKeyringsUntilThatTermIsDropped() throws GeneralSecurityException {
        Keyring first = Keyring.create();
        byte[] wrapped = first.wrap(DATA_KEY, BOUND);
        Keyring second = first.advanced();
        byte[] wrappedAnew = second.wrap(DATA_KEY, BOUND);

        assertEquals(new TreeSet<>(List.of(1, 2)), second.terms());
        assertArrayEquals(DATA_KEY, second.unwrap(wrapped, BOUND));

        Keyring onlySecond = second.retaining(new TreeSet<>());
        assertEquals(new TreeSet<>(List.of(2)), onlySecond.terms());
        assertArrayEquals(DATA_KEY, onlySecond.unwrap(wrappedAnew, BOUND));
        assertThrows(GeneralSecurityException.class, () -> onlySecond.unwrap(wrapped, BOUND));
    }

    @Test
    void theTermStandsInFrontOfWhatItWraps() {
        byte[] wrapped = Keyring.create().advanced().wrap(DATA_KEY, BOUND);

        assertArrayEquals(new byte[] {1, 0, 0, 0, 2}, Arrays.copyOf(wrapped, 5));
    }

    @Test
    void sealedAndOpenedItWrapsAndDerivesAsBefore() throws GeneralSecurityException {
        Keyring keyring = Keyring.create().advanced();
        byte[] wrapped = keyring.wrap(DATA_KEY, BOUND);

        Keyring opened = Keyring.open(root, keyring.seal(root));

        assertArrayEquals(DATA_KEY, opened.unwrap(wrapped, BOUND));
        assertArrayEquals(keyring.derive("audit head"), opened.derive("audit head"));
        assertEquals(2, opened.primaryTerm());
    }

    @Test
    void derivedKeysDifferByPurposeAndByVaultAndSurviveRotation() {
        Keyring keyring = Keyring.create();

        assertArrayEquals(
                keyring.derive("a"),
                keyring.advanced().retaining(new TreeSet<>()).derive("a"));
        assertEquals(32, keyring.derive("a").length);
        assertFalse(Arrays.equals(keyring.derive("a"), keyring.derive("b")));
        assertFalse(Arrays.equals(keyring.derive("a"), Keyring.create().derive("a")));
    }

    @Test
    void anotherRootKeyOrAnEditedBitDoesNotOpenIt() throws GeneralSecurityException {
        String sealed = Keyring.create().seal(root);
        byte[] bytes = Aeads.decode(sealed);
        for (int bit = 0; bit < bytes.length * 8; bit += 97) {
            byte[] edited = bytes.clone();
            edited[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThrows(GeneralSecurityException.class, () -> Keyring.open(root, Aeads.encode(edited)));
        }

        assertThrows(GeneralSecurityException.class, () -> Keyring.open(RootKey.random(), sealed));
        assertThrows(GeneralSecurityException.class, () -> Keyring.open(root, "not base64 at all!"));
    }

    @Test
    void theSameKeyringIsNeverSealedIntoTheSameText() {
        Keyring keyring = Keyring.create();

        assertNotEquals(keyring.seal(root), keyring.seal(root));
    }
}
