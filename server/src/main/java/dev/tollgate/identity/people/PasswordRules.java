package dev.tollgate.identity.people;

import dev.tollgate.kernel.Argon2;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a password must be: long, and not what anybody would try first (NIST SP 800-63B-4 section 3.1.1.2). No rules of
 * composition: they make passwords worse.
 */
final class PasswordRules {
    static final int SHORTEST = 12;
    static final int MOST_BYTES = 1_024;

    /** Letters and digits that a long password may be woven from and still be guessed at once. */
    private static final List<String> OBVIOUS = List.of(
            "password",
            "passw0rd",
            "passwort",
            "passphrase",
            "contrasena",
            "motdepasse",
            "letmein",
            "welcome",
            "willkommen",
            "qwertyuiop",
            "qwertzuiop",
            "azertyuiop",
            "qwerty",
            "qwertz",
            "azerty",
            "asdfghjkl",
            "zxcvbnm",
            "yxcvbnm",
            "abcdefghijklmnopqrstuvwxyz",
            "01234567890",
            "9876543210",
            "1q2w3e4r5t6y7u8i9o0p",
            "iloveyou",
            "administrator",
            "admin",
            "changeme",
            "secret",
            "trustno1",
            "dragon",
            "monkey",
            "football",
            "baseball",
            "sunshine",
            "princess",
            "superman",
            "batman",
            "starwars",
            "correcthorsebatterystaple",
            "tollgate",
            "claude",
            "anthropic",
            "openai",
            "chatgpt",
            "gemini",
            "google",
            "microsoft",
            "github",
            "default",
            "login",
            "master",
            "owner",
            "user",
            "test",
            "hello",
            "summer",
            "winter",
            "spring",
            "autumn");

    /** So many characters that nobody would expect must be left once all of that is taken out. */
    private static final int LEAST_REST = 4;

    private static final int LEAST_NUMBER = 16;
    private static final int LEAST_DIFFERENT = 5;
    private static final int LEAST_PART = 3;

    private PasswordRules() {}

    /** What is wrong with a password, as a sentence for whoever typed it; empty if nothing is. */
    static Optional<String> objection(String password, Person person) {
        if (password.codePointCount(0, password.length()) < SHORTEST) {
            return Optional.of("A password has at least " + SHORTEST + " characters.");
        }
        if (password.length() > MOST_BYTES || Argon2.utf8(password).length > MOST_BYTES) {
            return Optional.of("A password has at most " + MOST_BYTES + " bytes.");
        }
        if (password.codePoints().distinct().count() < LEAST_DIFFERENT) {
            return Optional.of("This password repeats too few characters.");
        }
        String rest = reduced(password);
        for (String part : parts(person).toList()) {
            rest = rest.replace(part, "");
        }
        for (String word : OBVIOUS) {
            rest = rest.replace(word, "");
        }
        return isGuessable(rest)
                ? Optional.of("This password is among the first that anybody would try: words, your name, your email.")
                : Optional.empty();
    }

    /** A year or a phone number after a word is what people add when they are told to add something. */
    private static boolean isGuessable(String rest) {
        int unexpected = 0;
        boolean numberAlone = true;
        for (int i = 0; i < rest.length(); i++) {
            // "aaaa", "abcd" and "4321" go on as they began.
            boolean expected = i > 0 && Math.abs(rest.charAt(i) - rest.charAt(i - 1)) <= 1;
            unexpected += expected ? 0 : 1;
            numberAlone = numberAlone && Character.isDigit(rest.charAt(i));
        }
        return unexpected < LEAST_REST || (numberAlone && rest.length() < LEAST_NUMBER);
    }

    private static Stream<String> parts(Person person) {
        return Stream.of(person.email().split("[@.+_-]"), person.name().split("\\s+"))
                .flatMap(Arrays::stream)
                .map(PasswordRules::reduced)
                .filter(part -> part.length() >= LEAST_PART);
    }

    /** As somebody who guesses sees it: case, punctuation and usual substitutions hide nothing. */
    private static String reduced(String text) {
        return text.toLowerCase(Locale.ROOT).replace('@', 'a').replace('$', 's').replaceAll("[\\p{Punct}\\s]", "");
    }
}
