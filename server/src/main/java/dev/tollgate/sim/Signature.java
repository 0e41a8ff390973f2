package dev.tollgate.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs thinking as the vendors do, and refuses it when it comes back changed. Signatures that are not ours pass: tests may
 * replay what a real vendor signed.
 */
final class Signature {

    private static final byte[] MARK = "tollgate-sim-signature-1:".getBytes(StandardCharsets.US_ASCII);

    private Signature() {}

    static String of(String thinking) {
        byte[] digest = Sha256.of(thinking.getBytes(StandardCharsets.UTF_8));
        byte[] signature = Arrays.copyOf(MARK, MARK.length + digest.length);
        System.arraycopy(digest, 0, signature, MARK.length, digest.length);
        return Base64.getEncoder().encodeToString(signature);
    }

    /** Whether {@code signature} is one of ours, for other thinking than this. */
    static boolean broken(String thinking, String signature) {
        String mark = Base64.getEncoder().withoutPadding().encodeToString(MARK);
        // the last character of the mark may share its bits with the digest
        boolean ours = signature.startsWith(mark.substring(0, mark.length() - 1));
        return ours && !signature.equals(of(thinking));
    }
}
