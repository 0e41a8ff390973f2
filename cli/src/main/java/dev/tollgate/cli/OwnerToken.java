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
 * The token that the admin API wants.
 *
 * @param source where it was found, for a person
 */
record OwnerToken(String value, String source) {
    static final String VARIABLE = "TOLLGATE_TOKEN";

    /** What may stand in an Authorization header (RFC 6750 §2.1 allows less; the server judges that). */
    private static final Pattern SENDABLE = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    /** {@code TOLLGATE_TOKEN}, else the file {@code owner-token} in the home. */
    static OwnerToken find(Surroundings surroundings) {
        Optional<String> given = surroundings.variable(VARIABLE);
        if (given.isPresent()) {
            return checked(given.get(), VARIABLE);
        }
        Path file = surroundings.home().resolve("owner-token");
        try {
            OwnerToken token = checked(Files.readString(file).strip(), file.toString());
            warnIfReadableByOthers(file, surroundings);
            return token;
        } catch (NoSuchFileException absent) {
            throw Failure.refused(
                    "unauthorized",
                    "There is no owner token: " + file + " does not exist.",
                    "Start the server (./tollgate serve), which makes it; or set TOLLGATE_HOME to the server's home, or "
                            + VARIABLE + ".");
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
