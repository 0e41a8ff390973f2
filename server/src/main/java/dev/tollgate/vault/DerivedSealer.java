package dev.tollgate.vault;

import com.google.crypto.tink.Aead;
import dev.tollgate.kernel.TextSealer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Seals texts under a key that is derived from the keyring for one purpose: it opens nothing but what it has sealed. */
final class DerivedSealer implements TextSealer {
    private final Aead aead;

    DerivedSealer(byte[] key) {
        this.aead = Aeads.of(key);
    }

    @Override
    public String seal(String place, String clear) {
        try {
            return Aeads.encode(aead.encrypt(clear.getBytes(StandardCharsets.UTF_8), bound(place)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM did not encrypt", e);
        }
    }

    @Override
    public String open(String place, String sealed) {
        try {
            return new String(aead.decrypt(Aeads.decode(sealed), bound(place)), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw TermSealer.damaged(place);
        }
    }

    private static byte[] bound(String place) {
        return place.getBytes(StandardCharsets.UTF_8);
    }
}
