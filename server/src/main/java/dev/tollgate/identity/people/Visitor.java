package dev.tollgate.identity.people;

import org.jspecify.annotations.Nullable;

/**
 * Whoever knocks, as far as the request tells.
 *
 * @param address the client's IP address
 * @param userAgent the header; empty if there is none
 * @param deviceToken the device cookie's text, if there is one
 * @param cookie the session cookie's text, if there is one: a new sign-in takes its place
 */
public record Visitor(
        String address,
        String userAgent,
        @Nullable String deviceToken,
        @Nullable String cookie) {
    @Override
    public String toString() {
        return "Visitor[address=" + address + "]";
    }
}
