package dev.tollgate.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Files that this user alone may read and write; POSIX. */
final class PrivateFiles {
    private static final Set<PosixFilePermission> OWN_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWN_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> CHANGED_BY_OTHERS =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private PrivateFiles() {}

    /** Makes the folder, or closes it to others. */
    static void folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWN_FOLDER));
        } else if (!OWN_FOLDER.containsAll(Files.getPosixFilePermissions(folder))) {
            Files.setPosixFilePermissions(folder, OWN_FOLDER);
        }
    }

    /**
     * Reads a file; empty where there is none. One that others could read is closed, and said; what others could have
     * written is not believed.
     */
    static Optional<String> read(Path file, Surroundings surroundings) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(CHANGED_BY_OTHERS::contains)) {
                throw Failure.refused(
                        "untrusted",
                        "Other users of this machine can change " + file + ": it is not believed.",
                        "Remove it and sign in again: tollgate login");
            }
            if (!OWN_FILE.containsAll(permissions)) {
                // Fails where the file is another user's, and then it is not ours to believe either.
                Files.setPosixFilePermissions(file, OWN_FILE);
                surroundings
                        .err()
                        .println("Warning: other users of this machine could read " + Format.plain(file.toString())
                                + "; now they cannot."
                                + "\n  If they should not have, sign in anew: tollgate logout, then tollgate login");
            }
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** Writes a file whole or not at all, also for whoever reads it meanwhile or pulls the plug. */
    static void write(Path file, String text) throws IOException {
        Path fresh = freshBeside(file);
        try {
            fill(fresh, text.getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Fails where a file of so many bytes could not be written in its place; leaves nothing there. */
    static void tryRoom(Path file, int bytes) throws IOException {
        Path fresh = freshBeside(file);
        try {
            fill(fresh, new byte[bytes]);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static Path freshBeside(Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent(), "a private file is named with its folder");
        return Files.createTempFile(folder, ".new-", ".json", PosixFilePermissions.asFileAttribute(OWN_FILE));
    }

    private static void fill(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    static FileChannel open(Path file) throws IOException {
        FileAttribute<?> own = PosixFilePermissions.asFileAttribute(OWN_FILE);
        return FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), own);
    }
}
