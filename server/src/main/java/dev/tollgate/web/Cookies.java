package dev.tollgate.web;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The gate's cookies. Each has the prefix {@code __Host-} (RFC 6265bis section 4.1.3.2): a browser takes it only when it is
 * {@code Secure}, for the whole host and for no other, so that neither a plain connection nor a site beside ours can plant
 * one. {@code SameSite=Lax}: no form on another site brings it along, and a link does.
 *
 * <p>On plain http, Chromium and Firefox take them from {@code localhost} and loopback addresses, which they trust like
 * https; Safari does not. From any other plain http address no browser does, and nobody can sign in there.
 */
public final class Cookies {
    /** Who has signed in. */
    public static final String SESSION = "__Host-tollgate";
    /** What the forms of somebody who has not signed in are bound to. */
    public static final String FORM = "__Host-tollgate-form";
    /** A device on which somebody has signed in before. */
    public static final String DEVICE = "__Host-tollgate-device";

    private static final String ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax";

    private Cookies() {}

    /**
     * The value of {@code set-cookie}.
     *
     * @param value letters, digits and the other characters of RFC 6265's cookie-octet
     * @param maxAge null: until the browser ends
     * @throws IllegalArgumentException if the value cannot stand in a cookie, or the name has not the prefix
     */
    public static String set(String name, String value, @Nullable Duration maxAge) {
        if (!name.startsWith("__Host-") || !value.chars().allMatch(Cookies::isOctet)) {
            throw new IllegalArgumentException("Not a cookie of the gate: " + name);
        }
        return name + "=" + value + ATTRIBUTES + (maxAge == null ? "" : "; Max-Age=" + maxAge.toSeconds());
    }

    /** The value of {@code set-cookie} that removes it. */
    public static String clear(String name) {
        return set(name, "", Duration.ZERO);
    }

    private static boolean isOctet(int c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
    }
}
