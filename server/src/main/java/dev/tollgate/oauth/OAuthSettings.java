package dev.tollgate.oauth;

import java.time.Duration;

/**
 * How long things last.
 *
 * @param accessToken of an access token
 * @param refreshToken of a family of refresh tokens, from the sign-in on; rotation does not extend it. What the person has
 *     allowed may last longer: the app then asks them to sign in again, and nothing else
 * @param deviceCode in which a person must have typed the user code
 * @param keyRotation after which the next signing key signs
 * @param keyAhead for which a key is published before it signs, and after it has signed last
 * @param loginNotice a sentence for whoever signs in from a terminal; at most 500 characters, may be empty
 */
public record OAuthSettings(
        Duration accessToken,
        Duration refreshToken,
        Duration deviceCode,
        Duration keyRotation,
        Duration keyAhead,
        String loginNotice) {
    /** The usual life of a family of refresh tokens; people are told it where they choose until when an app has access. */
    static final Duration SIGN_IN = Duration.ofDays(30);
    /** RFC 9700: codes are for at most a minute. */
    static final Duration CODE = Duration.ofSeconds(60);
    /** In which a refresh token that was used gives the same successor again. */
    static final Duration REPLAY_WINDOW = Duration.ofSeconds(30);

    /** In which a person signs in and decides; RFC 9126 section 2.2 has up to ten minutes in mind. */
    static final Duration PUSHED = Duration.ofMinutes(9);

    /** Characters of a login notice, at most: what Claude Code shows. */
    public static final int LONGEST_NOTICE = 500;

    /** What holds unless an administrator says otherwise. */
    public static final OAuthSettings DEFAULT = new OAuthSettings(
            Duration.ofMinutes(15), SIGN_IN, Duration.ofMinutes(10), Duration.ofDays(30), Duration.ofDays(1), "");

    /** The same, with this login notice. */
    public OAuthSettings withLoginNotice(String notice) {
        return new OAuthSettings(accessToken, refreshToken, deviceCode, keyRotation, keyAhead, notice);
    }

    public OAuthSettings {
        if (loginNotice.length() > LONGEST_NOTICE) {
            throw new IllegalArgumentException("The login notice may have 500 characters.");
        }
        if (keyAhead.compareTo(accessToken) < 0) {
            throw new IllegalArgumentException("A key must be published longer than its tokens live.");
        }
    }
}
