package dev.tollgate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Where the sign-in at one gate is kept: a file of the person's own in {@code ~/.config/tollgate}, which holds the tokens,
 * or says that the system's keyring does. Whoever changes it holds its lock.
 */
final class LoginStore {
    private static final String IN_FILE = "file";
    private static final String IN_KEYRING = "keyring";
    private static final int ID_DIGITS = 32;
    /** More than any sign-in takes. */
    private static final int MOST_BYTES = 32 * 1024;

    private final Surroundings surroundings;
    private final ServerAddress server;
    private final Path file;
    private final String id;

    private LoginStore(Surroundings surroundings, ServerAddress server) {
        this.surroundings = surroundings;
        this.server = server;
        this.id = id(server);
        this.file = surroundings.configuration().resolve("login-" + id + ".json");
    }

    /** That of one gate. */
    static LoginStore of(Surroundings surroundings, ServerAddress server) {
        return new LoginStore(surroundings, server);
    }

    /** Those of all gates that somebody is signed in at. */
    static List<LoginStore> all(Surroundings surroundings) {
        List<LoginStore> stores = new ArrayList<>();
        Path folder = surroundings.configuration();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "login-*.json")) {
            for (Path file : files) {
                PrivateFiles.read(file, surroundings)
                        .flatMap(text -> named(text, file, surroundings))
                        .ifPresent(stores::add);
            }
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw unreadable(folder);
        }
        return stores;
    }

    /** That of the gate which a file names; one that names none keeps nobody from the others. */
    private static Optional<LoginStore> named(String text, Path file, Surroundings surroundings) {
        try {
            return Optional.of(
                    of(surroundings, ServerAddress.parse(parsed(text, file).text("server"))));
        } catch (Failure unreadable) {
            surroundings.err().println(Format.plain("Warning: " + file + " is damaged. Remove it."));
            return Optional.empty();
        }
    }

    ServerAddress server() {
        return server;
    }

    /** True where somebody is signed in, whatever has become of the tokens. */
    boolean known() {
        return Files.exists(file);
    }

    /**
     * Who is signed in; empty for nobody.
     *
     * @throws Failure where what is kept cannot be had or believed
     */
    Optional<Login> read() {
        try {
            return PrivateFiles.read(file, surroundings).map(this::login);
        } catch (IOException unreadable) {
            throw unreadable(file);
        }
    }

    private Login login(String text) {
        Json.Obj kept = parsed(text, file);
        Json.Obj login = kept.text("kept_in").equals(IN_KEYRING) ? parsed(fromKeyring(), file) : kept.child("login");
        Login read = Login.parse(login);
        if (!read.server().equals(server.toString()) || read.tokens().isEmpty()) {
            throw damaged(file);
        }
        return read;
    }

    private String fromKeyring() {
        return Keyring.of(surroundings)
                .flatMap(keyring -> keyring.find(id))
                .orElseThrow(() -> Failure.refused(
                        "unauthorized",
                        "The sign-in at " + server + " is in this system's keyring, which does not give it out here.",
                        "Unlock the keyring, or sign in again: tollgate login"));
    }

    /**
     * Keeps a new sign-in in place of the last one. Only under the lock.
     *
     * @return where, for a person
     */
    String keep(Login login) {
        return write(login, Keyring.of(surroundings));
    }

    /** Keeps what a sign-in has become, where it is kept: a person was told where that is. Only under the lock. */
    void replace(Login login) {
        write(login, isInKeyring() ? Keyring.of(surroundings) : Optional.empty());
    }

    private boolean isInKeyring() {
        try {
            return PrivateFiles.read(file, surroundings)
                    .filter(text -> parsed(text, file).text("kept_in").equals(IN_KEYRING))
                    .isPresent();
        } catch (IOException unreadable) {
            throw unreadable(file);
        }
    }

    private String write(Login login, Optional<Keyring> wanted) {
        Json.Obj kept = Json.object().put("server", server.toString());
        Optional<Keyring> keyring = wanted.filter(
                each -> each.keep(id, server.toString(), login.json().compact()));
        try {
            PrivateFiles.write(
                    file,
                    (keyring.isPresent()
                                    ? kept.put("kept_in", IN_KEYRING)
                                    : kept.put("kept_in", IN_FILE).put("login", login.json()))
                            .compact());
            return keyring.map(Keyring::title).orElseGet(() -> file + ", which only you can read");
        } catch (IOException unwritten) {
            throw unwritten();
        }
    }

    private Failure unwritten() {
        return Failure.refused(
                "output",
                "The sign-in could not be written to " + file + ".",
                "Is the disk full, or the folder another user's?");
    }

    /**
     * Tries whether a sign-in could be written.
     *
     * @throws Failure where it could not
     */
    void requireRoom() {
        try {
            PrivateFiles.tryRoom(file, MOST_BYTES);
        } catch (IOException unwritable) {
            throw unwritten();
        }
    }

    /** Forgets it. Only under the lock. */
    void remove() {
        Keyring.of(surroundings).ifPresent(keyring -> keyring.remove(id));
        try {
            Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            throw unreadable(file);
        }
    }

    /** Waits for the lock; empty where another process keeps it for longer. */
    Optional<StoreLock> lock(Duration most) {
        Path lock = surroundings.configuration().resolve("login-" + id + ".lock");
        try {
            PrivateFiles.folder(surroundings.configuration());
            return StoreLock.take(lock, most);
        } catch (IOException unwritable) {
            throw unreadable(lock);
        }
    }

    /** For whoever cannot go on without the lock. */
    Failure busy() {
        return Failure.refused(
                "unavailable",
                "Another tollgate has been changing the sign-in at " + server + " for a minute.",
                "End it, or try again.");
    }

    private static Json.Obj parsed(String text, Path file) {
        try {
            if (Json.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj object) {
                return object;
            }
        } catch (IllegalArgumentException notJson) {
            // The same answer.
        }
        throw damaged(file);
    }

    private static Failure damaged(Path file) {
        return Failure.refused(
                "unauthorized", "What " + file + " says of a sign-in is damaged.", "Sign in again: tollgate login");
    }

    private static Failure unreadable(Path file) {
        return Failure.refused(
                "unauthorized",
                file + " cannot be read or written by this user.",
                "Give it to this user alone: chown it, then chmod 600 (700 for its folder).");
    }

    /** An address is no name for a file. */
    private static String id(ServerAddress server) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(server.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, ID_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
