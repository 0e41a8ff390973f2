package dev.tollgate.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The owner's token for the admin API.
 *
 * @param source where it was found, for a person
 */
record OwnerToken(String value, String source) implements AdminToken {
    static final String VARIABLE = "TOLLGATE_TOKEN";

    /** What may stand in an Authorization header (RFC 6750 §2.1 allows less; the server judges that). */
    private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** What stands in {@code TOLLGATE_TOKEN}: whoever sets it says with the address whom it is for. */
    static Optional<OwnerToken> given(Surroundings surroundings) {
        return surroundings.variable(VARIABLE).map(value -> checked(value, VARIABLE));
    }

    /**
     * The file {@code owner-token} in the home, for the server that keeps it there; empty where there is none, or that is
     * another server.
     */
    static Optional<OwnerToken> ofHome(Surroundings surroundings, ServerAddress server) {
        Path file = file(surroundings);
        if (!isOfHome(surroundings, server)) {
            return Optional.empty();
        }
        try {
            OwnerToken token = checked(Files.readString(file).strip(), file.toString());
            warnIfReadableByOthers(file, surroundings);
            return Optional.of(token);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (AccessDeniedException denied) {
            throw Failure.refused(
                    "unauthorized",
                    "The owner token in " + file + " is not readable for this user.",
                    "Run this as the user who runs the server, or set " + VARIABLE + ".");
        } catch (IOException unreadable) {
            throw Failure.refused(
                    "unauthorized", "The owner token in " + file + " cannot be read.", "Set " + VARIABLE + " instead.");
        }
    }

    /**
     * Whether the home's server can be the one at this address: it is on this machine, or it has left that address beside
     * its token. To any other the token would be a gift.
     */
    private static boolean isOfHome(Surroundings surroundings, ServerAddress server) {
        if (server.isLoopback()) {
            return true;
        }
        try {
            Path address = surroundings.home().resolve("owner-token.url");
            return ServerAddress.parse(Files.readString(address).strip()).equals(server);
        } catch (IOException | Failure none) {
            return false;
        }
    }

    /** What is said where nobody is signed in either. */
    static Failure absent(Surroundings surroundings, ServerAddress server) {
        if (Files.exists(file(surroundings)) && !isOfHome(surroundings, server)) {
            return Failure.refused(
                    "unauthorized",
                    "The owner token in " + file(surroundings) + " is not sent to " + server
                            + ", which is another server, as far as can be told here.",
                    "Sign in there: tollgate login --admin; or set " + VARIABLE + " to that server's own.");
        }
        return Failure.refused(
                "unauthorized",
                "There is no owner token: " + file(surroundings) + " does not exist.",
                "Start the server (./tollgate serve), which makes it; or set TOLLGATE_HOME to the server's home, or "
                        + VARIABLE + "; or sign in: tollgate login --admin");
    }

    private static Path file(Surroundings surroundings) {
        return surroundings.home().resolve("owner-token");
    }

    @Override
    public Optional<AdminToken> next() {
        return Optional.empty();
    }

    @Override
    public Failure rejected(ServerAddress server) {
        return Failure.refused(
                "unauthorized",
                "The server at " + server + " does not accept the token from " + source + ".",
                source.equals(VARIABLE)
                        ? "Set it to the content of owner-token in the server's home, or unset it."
                        : "Another server may run there, or with another home: set TOLLGATE_HOME to its --home.");
    }

    private static OwnerToken checked(String value, String source) {
        if (!SENDABLE.matcher(value).matches()) {
            throw Failure.refused(
                    "unauthorized",
                    "What stands in " + source + " is not a token.",
                    "It is one line of letters, digits and signs, as ./tollgate serve writes it.");
        }
        return new OwnerToken(value, source);
    }

    private static void warnIfReadableByOthers(Path file, Surroundings surroundings) throws IOException {
        if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
            return;
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(OF_OTHERS);
        open.retainAll(Files.getPosixFilePermissions(file));
        if (!open.isEmpty()) {
            surroundings
                    .err()
                    .println("Warning: other users of this machine can read or change the owner token."
                            + "\n  Close it: chmod 600 '" + file + "'");
        }
    }

    @Override
    public String toString() {
        return "OwnerToken from " + source;
    }
}
