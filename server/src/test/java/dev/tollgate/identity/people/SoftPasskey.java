package dev.tollgate.identity.people;

import dev.tollgate.kernel.Json;
import java.io.ByteArrayOutputStream;
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
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An authenticator in software, built by hand from WebAuthn Level 3, with faults to choose. */
final class SoftPasskey {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int ATTESTED_CREDENTIAL = 0x40;

    private final KeyPair keys;
    private final byte[] id = new byte[16];
    private String userHandle = "";
    private String rpId = "";

    // What a test may make wrong.
    long counter = 1;
    boolean verifiesUser = true;
    boolean crossOrigin;
    String forcedRpId = "";
    String forcedUserHandle = "";

    SoftPasskey() {
        new SecureRandom().nextBytes(id);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            keys = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    String credentialId() {
        return ENCODER.encodeToString(id);
    }

    /** What the browser answers to options for a new passkey. */
    String create(String optionsJson, String origin) {
        JsonNode options = Json.MAPPER.readTree(optionsJson);
        rpId = options.at("/rp/id").asString();
        userHandle = options.at("/user/id").asString();
        byte[] authData = concat(authenticatorData(ATTESTED_CREDENTIAL), attestedCredential());
        byte[] attestation = concat(
                HexFormat.of()
                        .parseHex("a3" + "63666d74" + "646e6f6e65" + "6761747453746d74" + "a0" + "686175746844617461"),
                new byte[] {0x59, (byte) (authData.length >>> 8), (byte) authData.length},
                authData);
        ObjectNode response = Json.MAPPER.createObjectNode();
        response.put("clientDataJSON", clientData("webauthn.create", options, origin));
        response.put("attestationObject", ENCODER.encodeToString(attestation));
        response.putArray("transports").add("internal").add("<script>");
        return credential(response);
    }

    /** What the browser answers to options for signing in. */
    String get(String optionsJson, String origin) {
        JsonNode options = Json.MAPPER.readTree(optionsJson);
        byte[] authData = authenticatorData(0);
        String clientData = clientData("webauthn.get", options, origin);
        byte[] signed = concat(authData, sha256(Base64.getUrlDecoder().decode(clientData)));
        ObjectNode response = Json.MAPPER.createObjectNode();
        response.put("clientDataJSON", clientData);
        response.put("authenticatorData", ENCODER.encodeToString(authData));
        response.put("signature", ENCODER.encodeToString(sign(signed)));
        response.put("userHandle", forcedUserHandle.isEmpty() ? userHandle : forcedUserHandle);
        return credential(response);
    }

    private String credential(ObjectNode response) {
        ObjectNode credential = Json.MAPPER.createObjectNode();
        credential.put("id", credentialId()).put("rawId", credentialId()).put("type", "public-key");
        credential.put("authenticatorAttachment", "platform");
        credential.set("response", response);
        credential.putObject("clientExtensionResults");
        return Json.MAPPER.writeValueAsString(credential);
    }

    private String clientData(String type, JsonNode options, String origin) {
        ObjectNode client = Json.MAPPER.createObjectNode();
        client.put("type", type)
                .put("challenge", options.path("challenge").asString())
                .put("origin", origin)
                .put("crossOrigin", crossOrigin);
        return ENCODER.encodeToString(Json.MAPPER.writeValueAsString(client).getBytes(StandardCharsets.UTF_8));
    }

    private byte[] authenticatorData(int flags) {
        int verified = verifiesUser ? USER_VERIFIED : 0;
        return ByteBuffer.allocate(37)
                .put(sha256((forcedRpId.isEmpty() ? rpId : forcedRpId).getBytes(StandardCharsets.UTF_8)))
                .put((byte) (USER_PRESENT | verified | flags))
                .putInt((int) counter)
                .array();
    }

    /** No AAGUID, the id, and the public key as a COSE key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
    private byte[] attestedCredential() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        return concat(
                new byte[16],
                new byte[] {0, (byte) id.length},
                id,
                HexFormat.of().parseHex("a5010203262001215820"),
                unsigned(key.getW().getAffineX()),
                HexFormat.of().parseHex("225820"),
                unsigned(key.getW().getAffineY()));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private byte[] sign(byte[] data) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.asList(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
