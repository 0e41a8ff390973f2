package dev.tollgate.upstream;

/** A secret as a text, for what takes nothing else: its own view shows itself redacted. */
final class SecretText {
    private SecretText() {}

    static String of(CharSequence secret) {
        return of(secret, 0, secret.length());
    }

    static String of(CharSequence secret, int from, int to) {
        return new StringBuilder(to - from).append(secret, from, to).toString();
    }
}
