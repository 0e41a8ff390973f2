package dev.tollgate.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Takes a secret from a hidden prompt or from standard input. Never from an argument: every user of the machine can
 * read those, and the shell writes them into its history.
 */
final class SecretInput {
    /** As the admin API bounds a secret (openapi.yaml). */
    private static final int MOST_BYTES = 16 * 1024;

    private SecretInput() {}

    /** Takes it all. The prompt calls it {@code what}. */
    static String read(String what, Surroundings surroundings) throws IOException {
        String secret = surroundings.terminal().isInput() ? typed(what, surroundings) : piped(surroundings);
        if (secret.isBlank()) {
            throw Failure.usage(
                    "No secret was given.",
                    "Type it at the prompt, or pipe it in: ./tollgate credential … < secret.txt");
        }
        return secret;
    }

    private static String typed(String what, Surroundings surroundings) {
        Optional<String> typed = surroundings.terminal().readHidden(what + " (not shown): ");
        return typed.orElseThrow(() -> Failure.usage(
                "The secret cannot be typed unseen, because the output does not go to the terminal.",
                "Pipe it in: ./tollgate credential … < secret.txt"));
    }

    /** All of standard input; line ends and blanks around it are the server's to clean and to tell of. */
    private static String piped(Surroundings surroundings) throws IOException {
        byte[] bytes = surroundings.in().readNBytes(MOST_BYTES + 1);
        try {
            if (bytes.length > MOST_BYTES) {
                throw Failure.usage(
                        "What came on standard input is too long for a secret.", "It takes 16 KiB at most.");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            // The line end that echo and editors add is not worth a notice.
            return text.endsWith("\r\n")
                    ? text.substring(0, text.length() - 2)
                    : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        } catch (CharacterCodingException binary) {
            throw Failure.usage("What came on standard input is not text.", "Pipe the secret in as UTF-8 text.");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
