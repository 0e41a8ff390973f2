package dev.tollgate.vault;

import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The key file: comment lines, then one line per root key, the newest first. It holds two keys only while a rotation
 * is under way, so that whichever of them the stored keyring is sealed by, the file opens it.
 *
 * <p>Not final, so that a test can make it fail.
 */
class MasterKeyFile {
    private static final String LINE = "tollgate-master-key-1 ";
    private static final String HEADER = """
            # Tollgate's root key. Whoever reads it can open the vault: keep this file at mode 0600.
            # Keep a copy in a safe place, apart from the database: without it nobody can open the vault again.
            """;
    private static final int MAX_BYTES = 4096;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final Path file;

    MasterKeyFile(Path file) {
        this.file = file.toAbsolutePath();
    }

    Path path() {
        return file;
    }

    boolean exists() {
        return Files.exists(file);
    }

    /**
     * The keys in the file, newest first.
     *
     * @throws Refusal if others than its owner may use the file, or it is missing, unreadable or damaged
     */
    List<RootKey> read() {
        try {
            refuseIfShared();
            if (Files.size(file) > MAX_BYTES) {
                throw damaged();
            }
            byte[] content = Files.readAllBytes(file);
            try {
                return parse(content);
            } finally {
                Arrays.fill(content, (byte) 0);
            }
        } catch (NoSuchFileException e) {
            throw Refusal.notFound("The key file " + file + " is missing.", "Put it back from your copy.");
        } catch (IOException e) {
            throw Refusal.unavailable(
                    "The key file " + file + " cannot be read (" + e.getClass().getSimpleName() + ").",
                    "Check that it belongs to the user that runs Tollgate.");
        }
    }

    private List<RootKey> parse(byte[] content) {
        List<RootKey> keys = new ArrayList<>();
        for (String line : new String(content, StandardCharsets.US_ASCII).split("\\R", -1)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith(LINE)) {
                throw damaged();
            }
            keys.add(parseKey(line.substring(LINE.length()).strip()));
        }
        if (keys.isEmpty()) {
            throw damaged();
        }
        return List.copyOf(keys);
    }

    private RootKey parseKey(String base64) {
        byte[] key = new byte[0];
        try {
            key = Base64.getDecoder().decode(base64);
            if (key.length != Aeads.KEY_BYTES) {
                throw damaged();
            }
            return RootKey.of(key);
        } catch (IllegalArgumentException e) {
            throw damaged(); // its own message would repeat a part of the key
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private Refusal damaged() {
        return Refusal.invalid(
                "The key file " + file + " is damaged: it does not hold a Tollgate master key.",
                "Put it back from your copy.");
    }

    private void refuseIfShared() throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return; // no such permissions on this file system
        }
        Set<PosixFilePermission> others = new HashSet<>(view.readAttributes().permissions());
        others.removeAll(OWNER_ONLY);
        others.remove(PosixFilePermission.OWNER_EXECUTE);
        if (!others.isEmpty()) {
            throw Refusal.forbidden(
                    "The key file " + file + " may be used by others than its owner.", "Run: chmod 600 " + file);
        }
    }

    /**
     * Makes the file. It appears whole or not at all, and never in the place of another.
     *
     * @throws Refusal if there is one already, or it cannot be written
     */
    void create(RootKey key) {
        write(List.of(key), (temporary, target) -> {
            try {
                // A link is the one step that both refuses an existing name and shows a finished file.
                Files.createLink(target, temporary);
            } catch (FileAlreadyExistsException e) {
                throw e;
            } catch (IOException | UnsupportedOperationException e) {
                Files.move(temporary, target); // a file system without links
            }
        });
    }

    /**
     * Puts these keys, newest first, in the place of those in the file, in one step.
     *
     * @throws Refusal if it cannot be written; the file is then as it was
     */
    void replace(List<RootKey> keys) {
        write(
                keys,
                (temporary, target) -> Files.move(
                        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
    }

    /** Gives a finished temporary file its name. */
    private interface Publish {
        void run(Path temporary, Path target) throws IOException;
    }

    private void write(List<RootKey> keys, Publish publish) {
        try {
            // Through a symbolic link, so that the file it points to is replaced and not the link.
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path folder = target.resolveSibling("").toAbsolutePath();
            Path temporary = target.resolveSibling(target.getFileName() + ".new");
            Files.deleteIfExists(temporary); // of a start that died here
            try {
                writeDurably(temporary, content(keys));
                publish.run(temporary, target);
            } finally {
                Files.deleteIfExists(temporary);
            }
            syncFolder(folder);
        } catch (FileAlreadyExistsException e) {
            throw Refusal.conflict("The key file " + file + " exists already.", "Start again: it will be used.");
        } catch (IOException e) {
            throw Refusal.unavailable(
                    "The key file " + file + " cannot be written ("
                            + e.getClass().getSimpleName() + ").",
                    "Check that its folder exists, belongs to the user that runs Tollgate and has space.");
        }
    }

    private static byte[] content(List<RootKey> keys) {
        StringBuilder text = new StringBuilder(HEADER);
        for (RootKey key : keys) {
            byte[] bytes = key.copyBytes();
            text.append(LINE).append(Base64.getEncoder().encodeToString(bytes)).append('\n');
            Arrays.fill(bytes, (byte) 0);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static void writeDurably(Path path, byte[] content) throws IOException {
        Path folder = path.resolveSibling("").toAbsolutePath();
        FileStore disk = Files.getFileStore(folder);
        // The mode is set as the file is made: set later, it would be readable for a moment.
        FileAttribute<?>[] mode = disk.supportsFileAttributeView(PosixFileAttributeView.class)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Set<StandardOpenOption> exclusive = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(path, exclusive, mode)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** A new name is durable only when its folder is (fsync(2)). */
    private static void syncFolder(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
