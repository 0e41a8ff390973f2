package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the root key comes from. Nothing here prints a secret. */
public sealed interface RootKeySource {
    String KEY_FILE_NAME = "master.key";
    String MASTER_KEY_VARIABLE = "TOLLGATE_MASTER_KEY";
    String PASSPHRASE_VARIABLE = "TOLLGATE_PASSPHRASE";

    /** A file that only its owner may read; made at the first start. */
    record KeyFile(Path file) implements RootKeySource {}

    /** A passphrase, stretched by Argon2id. Good for one unsealing, which erases it. */
    final class Passphrase implements RootKeySource {
        private final char[] text;

        /** Takes a copy; the caller may erase its own. */
        public Passphrase(char[] text) {
            this.text = text.clone();
        }

        char[] text() {
            return text;
        }

        @Override
        public String toString() {
            return "Passphrase[redacted]";
        }
    }

    /** The key itself, as the base64 of 32 bytes, from an environment variable. */
    final class EnvironmentVariable implements RootKeySource {
        private final String variable;
        private final String base64;

        public EnvironmentVariable(String variable, String base64) {
            this.variable = variable;
            this.base64 = base64;
        }

        String variable() {
            return variable;
        }

        String base64() {
            return base64;
        }

        @Override
        public String toString() {
            return "EnvironmentVariable[" + variable + "]";
        }
    }

    /**
     * The source that the environment asks for: {@code TOLLGATE_MASTER_KEY}, else {@code TOLLGATE_PASSPHRASE} or
     * {@code TOLLGATE_PASSPHRASE_FILE}, else the key file in the home.
     *
     * @throws Refusal if more than one is set, or the passphrase's file cannot be read
     */
    static RootKeySource configured(Path home, Map<String, String> environment) {
        return named(environment, MASTER_KEY_VARIABLE, PASSPHRASE_VARIABLE)
                .orElseGet(() -> new KeyFile(home.resolve(KEY_FILE_NAME)));
    }

    /**
     * The source that sealed the vault until now, set for the one start that changes the source, the passphrase or the
     * variable's value: {@code TOLLGATE_PREVIOUS_MASTER_KEY}, {@code TOLLGATE_PREVIOUS_PASSPHRASE},
     * {@code TOLLGATE_PREVIOUS_PASSPHRASE_FILE} or {@code TOLLGATE_PREVIOUS_KEY_FILE}.
     *
     * @throws Refusal if more than one is set, or the passphrase's file cannot be read
     */
    static Optional<RootKeySource> previous(Map<String, String> environment) {
        Optional<RootKeySource> typed =
                named(environment, "TOLLGATE_PREVIOUS_MASTER_KEY", "TOLLGATE_PREVIOUS_PASSPHRASE");
        String file = value(environment, "TOLLGATE_PREVIOUS_KEY_FILE");
        if (file == null) {
            return typed;
        }
        if (typed.isPresent()) {
            throw Refusal.invalid(
                    "The environment names more than one previous source of the vault's root key.",
                    "Keep the one that sealed the vault until now, and unset the others.");
        }
        return Optional.of(new KeyFile(Path.of(file)));
    }

    private static Optional<RootKeySource> named(
            Map<String, String> environment, String keyVariable, String passphraseVariable) {
        String key = value(environment, keyVariable);
        String passphrase = value(environment, passphraseVariable);
        String passphraseFile = value(environment, passphraseVariable + "_FILE");
        if ((key == null ? 0 : 1) + (passphrase == null ? 0 : 1) + (passphraseFile == null ? 0 : 1) > 1) {
            throw Refusal.invalid(
                    "The environment names more than one source of the vault's root key.",
                    "Set one of " + keyVariable + ", " + passphraseVariable + " and " + passphraseVariable
                            + "_FILE, or none of them for the key file in the home.");
        }
        if (key != null) {
            return Optional.of(new EnvironmentVariable(keyVariable, key));
        }
        if (passphrase != null) {
            return Optional.of(new Passphrase(passphrase.toCharArray()));
        }
        return Optional.ofNullable(passphraseFile).map(file -> passphraseFrom(Path.of(file)));
    }

    private static @Nullable String value(Map<String, String> environment, String variable) {
        String value = environment.get(variable);
        // A variable that a compose file leaves empty is as good as unset.
        return value == null || value.isBlank() ? null : value;
    }

    private static RootKeySource passphraseFrom(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw Refusal.invalid(
                    "The passphrase's file " + file + " cannot be read.",
                    "Check the path and that Tollgate's user may read it.");
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
        Arrays.fill(bytes, (byte) 0);
        // Editors end a file with a line end that nobody meant as part of the passphrase.
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return new Passphrase(Arrays.copyOf(text.array(), end));
    }
}
