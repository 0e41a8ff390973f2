package dev.tollgate.identity;

import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token of whoever owns this server: {@code tga_}, 40 random characters (238 bits) and 8 digits of a checksum, in a
 * file that its owner alone can read. Here only its hash is kept.
 */
public final class OwnerToken {
    /** The file's name in the home. */
    public static final String FILE = "owner-token";

    /** Where the server of this home is, in a file beside its token: to any other address the command line does not send it. */
    static final String ADDRESS_FILE = "owner-token.url";

    private static final Logger LOG = LoggerFactory.getLogger(OwnerToken.class);
    private static final String PREFIX = "tga_";
    private static final int SECRET_LENGTH = 40;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int LENGTH = PREFIX.length() + SECRET_LENGTH + CHECKSUM_LENGTH;
    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private final byte[] hash;

    private OwnerToken(String token) {
        this.hash = sha256(token);
    }

    /**
     * Reads the token from the home. Where there is none, or it is damaged, or others could have read it, a new one is
     * made and put there at once and whole.
     *
     * @throws Refusal if the file can be neither read nor written
     */
    public static OwnerToken ensure(Path home) {
        Path file = home.resolve(FILE);
        try {
            String kept = read(file);
            if (kept != null) {
                return new OwnerToken(kept);
            }
            String token = newToken();
            write(file, token);
            return new OwnerToken(token);
        } catch (IOException e) {
            throw Refusal.unavailable(
                    "The owner's token in " + file + " can be neither read nor written: " + e.getMessage(),
                    "Check who owns " + home + " and that its disk is not full.");
        }
    }

    /** The token if the file has one that verifies and that nobody else could read. */
    private static @Nullable String read(Path file) throws IOException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            LOG.warn("{} is not a plain file; it is replaced by a new owner token", file);
            return null;
        }
        if (!OWNER_ONLY.containsAll(permissions)) {
            LOG.warn("{} could be read by others; it is replaced by a new owner token", file);
            return null;
        }
        if (Files.size(file) <= LENGTH + 2) {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            if (verifies(text)) {
                return text;
            }
        }
        LOG.warn("{} is damaged; it is replaced by a new owner token", file);
        return null;
    }

    private static String newToken() {
        String secret = Ids.secret(SECRET_LENGTH);
        return PREFIX + secret + checksum(secret);
    }

    private static boolean verifies(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX)) {
            return false;
        }
        String secret = text.substring(PREFIX.length(), PREFIX.length() + SECRET_LENGTH);
        return text.endsWith(checksum(secret));
    }

    /** Tells a torn or truncated file from a whole one; proves nothing else. */
    private static String checksum(String secret) {
        CRC32 crc = new CRC32();
        crc.update(secret.getBytes(StandardCharsets.ISO_8859_1));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    /**
     * Says beside the token where its server is.
     *
     * @param url the public address
     * @throws Refusal if it cannot be written
     */
    public static void keepAddress(Path home, String url) {
        try {
            write(home.resolve(ADDRESS_FILE), url);
        } catch (IOException e) {
            throw Refusal.unavailable(
                    "The address of this server cannot be written into " + home + ": " + e.getMessage(),
                    "Check that its disk is not full.");
        }
    }

    /** Beside the file first, private from its creation, and moved over it once it is on the disk. */
    private static void write(Path file, String line) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Set<StandardOpenOption> create = EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = FileChannel.open(beside, create, PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Whether this is the token, in a time that tells nothing of how much of it was right. */
    public boolean matches(String presented) {
        return presented.length() == LENGTH && MessageDigest.isEqual(hash, sha256(presented));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "OwnerToken[hidden]";
    }
}
