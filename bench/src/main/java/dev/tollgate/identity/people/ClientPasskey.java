package dev.tollgate.identity.people;

import dev.tollgate.identity.people.PasskeyTable.Kept;
import dev.tollgate.kernel.Json;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.HexFormat;

/** What a browser and its authenticator do for a person: a passkey of P-256, which signs with ES256 and counts nothing, as most do. */
final class ClientPasskey {
    private static final int ID_BYTES = 16;
    private static final int AAGUID_BYTES = 16;
    private static final int COORDINATE_BYTES = 32;
    private static final byte PRESENT_AND_VERIFIED = 0x05;

    /** A COSE key on P-256 for ES256, up to its x and from there to its y (RFC 9053 section 7.1.1). */
    private static final byte[] COSE_TO_X = HexFormat.of().parseHex("a5010203262001215820");

    private static final byte[] COSE_TO_Y = HexFormat.of().parseHex("225820");

    private final RelyingParty party;
    private final String personId;
    private final KeyPair keys;
    private final byte[] id = new byte[ID_BYTES];

    ClientPasskey(RelyingParty party, String personId) {
        this.party = party;
        this.personId = personId;
        new SecureRandom().nextBytes(id);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    private static String base64Url(byte[] bytes) {
        return Texts.ENCODER.encodeToString(bytes);
    }

    /** As the gate keeps it once it is registered. */
    Kept kept(Instant now) {
        PasskeyInfo info = new PasskeyInfo(base64Url(id), "bench", false, now, null, null);
        return new Kept(info, personId, base64Url(attestedCredential()), "internal", 0);
    }

    /** WebAuthn Level 3, section 6.5.1: no maker, the id, the public key. */
    private byte[] attestedCredential() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return ByteBuffer.allocate(AAGUID_BYTES
                        + Short.BYTES
                        + ID_BYTES
                        + COSE_TO_X.length
                        + COSE_TO_Y.length
                        + 2 * COORDINATE_BYTES)
                .position(AAGUID_BYTES)
                .putShort((short) ID_BYTES)
                .put(id)
                .put(COSE_TO_X)
                .put(coordinate(key.getW().getAffineX()))
                .put(COSE_TO_Y)
                .put(coordinate(key.getW().getAffineY()))
                .array();
    }

    private static byte[] coordinate(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[COORDINATE_BYTES];
        int length = Math.min(bytes.length, COORDINATE_BYTES);
        System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
        return fixed;
    }

    /**
     * What {@code credential.toJSON()} gives.
     *
     * @param options of {@link Passkeys#signInOptions}
     */
    String answer(String options) {
        String challenge = Json.MAPPER.readTree(options).path("challenge").asString();
        String clientData = """
                {"type":"webauthn.get","challenge":"%s","origin":"%s","crossOrigin":false}""".formatted(challenge, party.origin());
        byte[] client = clientData.getBytes(StandardCharsets.UTF_8);
        byte[] authenticator = authenticatorData();
        return """
                {"id":"%1$s","rawId":"%1$s","type":"public-key","clientExtensionResults":{},"response":{"clientDataJSON":"%2$s",\
                "authenticatorData":"%3$s","signature":"%4$s","userHandle":"%5$s"}}""".formatted(
                        base64Url(id),
                        base64Url(client),
                        base64Url(authenticator),
                        base64Url(signature(authenticator, client)),
                        base64Url(personId.getBytes(StandardCharsets.UTF_8)));
    }

    /** Section 6.1: the hash of the host, flags, and a counter that stays at zero. */
    private byte[] authenticatorData() {
        byte[] host = sha256(party.id().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(host.length + 1 + Integer.BYTES)
                .put(host)
                .put(PRESENT_AND_VERIFIED)
                .putInt(0)
                .array();
    }

    private byte[] signature(byte[] authenticator, byte[] client) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(authenticator);
            signature.update(sha256(client));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has ES256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
