package dev.tollgate.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * An OAuth client as usage and budgets name it: by its id, for a client that registers itself may take any name. An id that is
 * longer than they keep, such as the address of a client's description, is cut and told apart by a hash.
 */
public final class AppName {
    /** As much as is kept of an app's name. */
    private static final int LONGEST = 64;

    /** 132 bits in base64url: nobody finds a second address with the same. */
    private static final int HASH = 22;

    private AppName() {}

    /** The name under which calls of this client are counted. */
    public static String of(String clientId) {
        return clientId.length() <= LONGEST
                ? clientId
                : clientId.substring(0, LONGEST - 1 - HASH) + '~' + hash(clientId);
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder()
                    .encodeToString(Arrays.copyOf(hash, 18))
                    .substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
