package dev.tollgate.vault;

import com.google.crypto.tink.Aead;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.SealedColumn;
import dev.tollgate.kernel.TextSealer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Seals the texts of one column in an envelope, as credentials are: a data key for each text, wrapped in the keyring's primary term. As
 * it is stored: the term, the wrapped key and the encrypted text, with dots between. A rotation wraps the key anew; the text stays closed.
 *
 * <p>A text without dots was sealed under the key that is derived for the purpose, before texts had terms: it still opens, and the next
 * rotation seals it as the others.
 */
final class TermSealer implements TextSealer {
    private static final String LABEL = "tollgate/vault/text/v1";

    private final SealedColumn column;
    private final Supplier<Keyring> keyring;
    private final TextSealer withoutTerm;

    /** @param withoutTerm opens what was sealed before texts had terms */
    TermSealer(SealedColumn column, Supplier<Keyring> keyring, TextSealer withoutTerm) {
        this.column = column;
        this.keyring = keyring;
        this.withoutTerm = withoutTerm;
    }

    SealedColumn column() {
        return column;
    }

    /** What a text that is wrapped in that term begins with. */
    static String prefix(int term) {
        return term + ".";
    }

    @Override
    public String seal(String place, String clear) {
        Keyring present = keyring.get();
        byte[] associatedData = associatedData(place);
        byte[] dataKey = Aeads.randomBytes(Aeads.KEY_BYTES);
        byte[] utf8 = clear.getBytes(StandardCharsets.UTF_8);
        try {
            byte[] sealed = Aeads.of(dataKey).encrypt(utf8, associatedData);
            return text(present, present.wrap(dataKey, associatedData), Aeads.encode(sealed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-GCM did not encrypt", e);
        } finally {
            Arrays.fill(dataKey, (byte) 0);
            Arrays.fill(utf8, (byte) 0);
        }
    }

    private static String text(Keyring keyring, byte[] wrappedKey, String sealed) {
        return prefix(keyring.primaryTerm()) + Aeads.encode(wrappedKey) + "." + sealed;
    }

    @Override
    public String open(String place, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length == 1) {
            return withoutTerm.open(place, sealed);
        }
        byte[] dataKey = null;
        try {
            byte[] associatedData = associatedData(place);
            dataKey = dataKey(keyring.get(), parts, associatedData);
            Aead aead = Aeads.of(dataKey);
            return new String(aead.decrypt(Aeads.decode(parts[2]), associatedData), StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw damaged(place);
        } finally {
            if (dataKey != null) {
                Arrays.fill(dataKey, (byte) 0);
            }
        }
    }

    static Refusal damaged(String place) {
        return Refusal.conflict(
                "A stored row has been edited or swapped and does not open: " + place + ".",
                "Restore the database's backup, or remove it and make it anew.");
    }

    /**
     * The same text, its data key wrapped in the primary term.
     *
     * @throws Refusal if it does not open
     */
    String rewrap(String place, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length == 1) {
            return seal(place, withoutTerm.open(place, sealed));
        }
        byte[] dataKey = null;
        try {
            Keyring present = keyring.get();
            byte[] associatedData = associatedData(place);
            dataKey = dataKey(present, parts, associatedData);
            return text(present, present.wrap(dataKey, associatedData), parts[2]);
        } catch (GeneralSecurityException e) {
            throw damaged(place);
        } finally {
            if (dataKey != null) {
                Arrays.fill(dataKey, (byte) 0);
            }
        }
    }

    private static byte[] dataKey(Keyring keyring, String[] parts, byte[] associatedData)
            throws GeneralSecurityException {
        if (parts.length != 3) {
            throw new GeneralSecurityException("not a sealed text");
        }
        byte[] dataKey = keyring.unwrap(Aeads.decode(parts[1]), associatedData);
        if (dataKey.length != Aeads.KEY_BYTES) {
            throw new GeneralSecurityException("not a data key");
        }
        return dataKey;
    }

    /** Label, purpose and place, each behind its length, so that no two of them can be the same bytes; see {@link Binding}. */
    private byte[] associatedData(String place) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(96);
        for (String field : new String[] {LABEL, column.purpose(), place}) {
            byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
            out.writeBytes(utf8);
        }
        return out.toByteArray();
    }
}
