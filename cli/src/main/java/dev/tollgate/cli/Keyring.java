package dev.tollgate.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** The system's own store of secrets, by its command-line tool. Secrets go there on standard input, never as an argument. */
sealed interface Keyring {
    /** Long: a person may have to unlock it first. */
    Duration MOST = Duration.ofSeconds(60);

    /** The one that is there. */
    static Optional<Keyring> of(Surroundings surroundings) {
        if (Programs.isMac()) {
            Path tool = Path.of("/usr/bin/security");
            return Files.isExecutable(tool) ? Optional.of(new Keychain(tool, surroundings)) : Optional.empty();
        }
        boolean session = surroundings.variable("DBUS_SESSION_BUS_ADDRESS").isPresent()
                || surroundings
                        .variable("XDG_RUNTIME_DIR")
                        .filter(folder -> Files.exists(Path.of(folder, "bus")))
                        .isPresent();
        return session
                ? Programs.find("secret-tool", surroundings).map(tool -> new SecretService(tool, surroundings))
                : Optional.empty();
    }

    /** What it is called, in a file and for a person. */
    String title();

    /** What is kept under an id; empty where nothing is, or it stays locked. */
    Optional<String> find(String id);

    /** Asks the tool to keep a text; whether it did is for {@link #find} to tell. */
    void put(String id, String server, String text);

    void remove(String id);

    /** Keeps a text; false where the keyring then does not have it (none runs, locked, too long). */
    default boolean keep(String id, String server, String text) {
        put(id, server, text);
        return find(id).filter(text::equals).isPresent();
    }

    /** One line of plain characters: no tool has to quote, wrap or convert it. */
    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> decoded(Optional<Programs.Result> answer) {
        try {
            return answer.filter(
                            result -> result.exitCode() == 0 && !result.out().isEmpty())
                    .map(result -> new String(Base64.getUrlDecoder().decode(result.out()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** GNOME's and KDE's, by libsecret's {@code secret-tool}. */
    record SecretService(Path tool, Surroundings surroundings) implements Keyring {
        @Override
        public String title() {
            return "the keyring";
        }

        @Override
        public Optional<String> find(String id) {
            return decoded(run("", "lookup", "application", "tollgate", "login", id));
        }

        @Override
        public void put(String id, String server, String text) {
            run(encoded(text), "store", "--label=Tollgate at " + server, "application", "tollgate", "login", id);
        }

        @Override
        public void remove(String id) {
            run("", "clear", "application", "tollgate", "login", id);
        }

        private Optional<Programs.Result> run(String input, String... arguments) {
            return Programs.run(Programs.line(tool, arguments), input, MOST, surroundings);
        }
    }

    /** The login keychain of macOS, by {@code security}. */
    record Keychain(Path tool, Surroundings surroundings) implements Keyring {
        /** The longest line that {@code security -i} takes whole. */
        private static final int LONGEST = 4000;

        @Override
        public String title() {
            return "the keychain";
        }

        @Override
        public Optional<String> find(String id) {
            return decoded(run("", "find-generic-password", "-s", "tollgate", "-a", id, "-w"));
        }

        /** The password as an option of a command, which is read from standard input: as an argument all could see it. */
        @Override
        public void put(String id, String server, String text) {
            String command = "add-generic-password -U -s tollgate -a " + id + " -w " + encoded(text) + "\n";
            if (command.length() <= LONGEST) {
                run(command, "-i");
            }
        }

        @Override
        public void remove(String id) {
            run("", "delete-generic-password", "-s", "tollgate", "-a", id);
        }

        private Optional<Programs.Result> run(String input, String... arguments) {
            return Programs.run(Programs.line(tool, arguments), input, MOST, surroundings);
        }
    }
}
