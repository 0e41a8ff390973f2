package dev.tollgate.settings;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holds for one person.
 *
 * @param uuid stands for the documents that it is made of, whatever is in them
 * @param checksum {@code sha256:} and the SHA-256 of the settings, in hexadecimal digits
 * @param settings a JSON object with its names sorted and without white space, which is what the checksum is of
 */
public record EffectiveSettings(UUID uuid, String checksum, String settings) {
    static EffectiveSettings of(List<String> documents, ObjectNode merged) {
        String settings = CanonicalJson.of(merged);
        byte[] names = ("managed settings " + String.join(" ", documents)).getBytes(StandardCharsets.UTF_8);
        return new EffectiveSettings(UUID.nameUUIDFromBytes(names), checksum(settings), settings);
    }

    static String checksum(String settings) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(settings.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Not the settings: they may hold secrets for people's tools. */
    @Override
    public String toString() {
        return "EffectiveSettings[" + checksum + "]";
    }
}
