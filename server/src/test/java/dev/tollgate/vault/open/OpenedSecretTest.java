package dev.tollgate.vault.open;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.crypto.tink.Aead;
import dev.tollgate.kernel.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OpenedSecretTest {
    private static final String CANARY = "C4n4ry-secret-0123456789";

    private static OpenedSecret opened() {
        return new OpenedSecret(3, CANARY.getBytes(StandardCharsets.US_ASCII));
    }

    private static String characters(CharSequence text) {
        return text.chars().mapToObj(Character::toString).collect(Collectors.joining());
    }

    @Test
    void itsCharactersAreTheSecretWithOrWithoutAPrefixAndInParts() {
        try (OpenedSecret secret = opened()) {
            assertEquals(CANARY, characters(secret.ascii()));
            CharSequence header = secret.ascii("Bearer ");
            String expected = "Bearer " + CANARY;
            assertEquals(expected, characters(header));
            assertEquals(3, secret.version());
            for (int from = 0; from <= expected.length(); from++) {
                for (int to = from; to <= expected.length(); to++) {
                    assertEquals(expected.substring(from, to), characters(header.subSequence(from, to)));
                }
            }
        }
    }

    @Test
    void nothingPrintsIt() {
        try (OpenedSecret secret = opened()) {
            String printed = secret + " " + secret.ascii() + " " + secret.ascii("Bearer ") + " "
                    + secret.ascii().subSequence(1, 9) + " " + secret.ascii().hashCode();

            assertFalse(printed.contains("C4n4ry") || printed.contains("4n4ry-se"), printed);
        }
    }

    @Test
    void closingWritesZerosAndReadingThenFails() {
        byte[] bytes = CANARY.getBytes(StandardCharsets.US_ASCII);
        OpenedSecret secret = new OpenedSecret(1, bytes);
        CharSequence header = secret.ascii("Bearer ");

        secret.close();

        assertArrayEquals(new byte[CANARY.length()], bytes);
        assertThrows(IllegalStateException.class, () -> header.charAt(8));
        assertThrows(IllegalStateException.class, () -> secret.ascii().charAt(0));
        assertEquals("OpenedSecret[redacted]", header.toString());
    }

    @Test
    void placesOutsideAreRefusedAsInAnyText() {
        try (OpenedSecret secret = opened()) {
            assertThrows(IndexOutOfBoundsException.class, () -> secret.ascii().charAt(CANARY.length()));
            assertThrows(
                    IndexOutOfBoundsException.class, () -> secret.ascii("x").charAt(-1));
            assertThrows(IndexOutOfBoundsException.class, () -> secret.ascii().subSequence(2, 99));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> secret.ascii().subSequence(2, 5).charAt(3));
        }
    }

    @Test
    void aCiphertextThatDoesNotOpenIsARefusalWithoutACause() {
        Aead broken = new Aead() {
            @Override
            public byte[] encrypt(byte[] clear, byte[] associatedData) {
                throw new UnsupportedOperationException();
            }

            @Override
            public byte[] decrypt(byte[] sealed, byte[] associatedData) throws GeneralSecurityException {
                throw new GeneralSecurityException("decryption failed");
            }
        };
        SealedSecret sealed = new SealedSecret("cred_1", 1, broken, new byte[40], new byte[0]);

        Refusal refusal = assertThrows(Refusal.class, () -> new SecretOpener(id -> sealed).open("cred_1"));
        Refusal unknown = assertThrows(Refusal.class, () -> new SecretOpener(id -> null).open("cred_2"));

        assertFalse(sealed.opens());
        assertEquals(Refusal.Kind.UNAVAILABLE, refusal.kind());
        assertEquals(null, refusal.getCause());
        assertEquals(Refusal.Kind.NOT_FOUND, unknown.kind());
        assertTrue(unknown.text().contains("cred_2"), unknown.text());
    }
}
