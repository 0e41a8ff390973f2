package dev.tollgate.dialects.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Ids of a client's users, as OpenAI takes them. */
public final class UserIds {
    private static final int LONGEST = 64;

    private UserIds() {}

    /** OpenAI refuses longer identifiers, and recommends their hashes: all that counts is that equal ones stay equal. */
    public static String fit(String user) {
        if (user.length() <= LONGEST) {
            return user;
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(user.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
