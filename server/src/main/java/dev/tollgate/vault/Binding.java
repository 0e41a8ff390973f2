package dev.tollgate.vault;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a ciphertext belongs to. It is the associated data of both the wrapped data key and the encrypted secret, so a
 * row that is copied to another owner, id, provider, kind or version does not open there.
 */
record Binding(String owner, String id, String provider, String kind, long version) {
    private static final String LABEL = "tollgate/vault/credential/v1";

    static Binding of(CredentialInfo info) {
        return new Binding(info.owner(), info.id(), info.provider(), info.kind(), info.version());
    }

    /**
     * Canonical and unambiguous: the label and each text as its length in four bytes, big endian, and its UTF-8; then
     * the version in eight. Without the lengths, owner "ab" with id "c" would bind the same bytes as "a" with "bc".
     */
    byte[] associatedData() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(160);
        for (String field : new String[] {LABEL, owner, id, provider, kind}) {
            byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
            out.writeBytes(utf8);
        }
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(version).array());
        return out.toByteArray();
    }
}
