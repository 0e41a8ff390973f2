package dev.tollgate.budget;

import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.Refusal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The journal's file: a header of one page, then segments of {@value #SLOTS} slots each, mapped one by one. It is held by
 * one process at a time.
 */
final class JournalFile implements AutoCloseable {
    static final int SLOTS = 1024;
    private static final int SEGMENT_BYTES = SLOTS * JournalSlot.BYTES;
    private static final int ID_LENGTH = 22; // 131 bits
    private static final int HEADER_BYTES = 4096;
    private static final byte[] MAGIC = "tollgate in-flight 4\n".getBytes(StandardCharsets.US_ASCII);
    /** Its slots say nothing of people; else they are the same. */
    private static final byte[] MAGIC_3 = "tollgate in-flight 3\n".getBytes(StandardCharsets.US_ASCII);
    /** Its slots say nothing of budgets either. */
    private static final byte[] MAGIC_2 = "tollgate in-flight 2\n".getBytes(StandardCharsets.US_ASCII);

    private final Path path;
    private final FileChannel channel;
    private final String id;
    private final Arena arena = Arena.ofShared();
    private int mapped;

    private JournalFile(Path path, FileChannel channel, String id) {
        this.path = path;
        this.channel = channel;
        this.id = id;
    }

    /** @throws Refusal if it cannot be opened, is in use, or is not ours */
    static JournalFile open(Path path) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    path,
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    permissions(path));
            lock(channel, path);
            return new JournalFile(path, channel, checkHeader(channel, path));
        } catch (IOException e) {
            close(channel);
            throw Refusal.unavailable(
                    "The journal " + path + " cannot be opened: " + e.getMessage(),
                    "Check that the home is on a local disk with room, and belongs to the user that runs Tollgate.");
        } catch (Refusal e) {
            close(channel);
            throw e;
        }
    }

    private static FileAttribute<?>[] permissions(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        boolean held;
        try {
            held = channel.tryLock() != null; // lives as long as the channel
        } catch (OverlappingFileLockException e) {
            held = false;
        }
        if (!held) {
            throw Refusal.conflict(
                    "The journal " + path + " is in use.", "Another Tollgate runs on this home; stop it first.");
        }
    }

    /** Returns the journal's own id, which a new one is given here. */
    private static String checkHeader(FileChannel channel, Path path) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (channel.size() < HEADER_BYTES) {
            String made = Ids.secret(ID_LENGTH);
            header.put(MAGIC)
                    .putInt(JournalSlot.BYTES)
                    .put(made.getBytes(StandardCharsets.US_ASCII))
                    .clear();
            write(channel, header, 0);
            channel.force(true);
            return made;
        }
        int read;
        do {
            read = channel.read(header, header.position());
        } while (read > 0 && header.hasRemaining());
        header.flip();
        byte[] magic = new byte[MAGIC.length];
        header.get(magic);
        boolean known = Arrays.equals(magic, MAGIC) || Arrays.equals(magic, MAGIC_3) || Arrays.equals(magic, MAGIC_2);
        if (!known || header.getInt() != JournalSlot.BYTES) {
            throw Refusal.conflict(
                    "The file " + path + " is not a journal that this version reads.",
                    "Start the version that wrote it once, so that it settles what is in it; or move the file away, and"
                            + " calls that were in flight are not billed.");
        }
        write(channel, ByteBuffer.wrap(MAGIC), 0); // a version that reads only those before must not read this any more
        byte[] id = new byte[ID_LENGTH];
        header.get(id);
        return new String(id, StandardCharsets.US_ASCII);
    }

    /** Its own alone: what a node was granted of budgets belongs to the journal that knows what became of it. */
    String id() {
        return id;
    }

    /** Segments that the file has already, the last one perhaps in part. */
    int segments() throws IOException {
        return (int) Math.ceilDiv(channel.size() - HEADER_BYTES, (long) SEGMENT_BYTES);
    }

    /**
     * Maps the next segment. What the file lacks of it is written as zeros, not left as a hole: a full disk is then an
     * exception here, instead of a signal that ends the process when the memory is first touched.
     */
    MemorySegment mapNext() throws IOException {
        long start = HEADER_BYTES + (long) mapped * SEGMENT_BYTES;
        long end = start + SEGMENT_BYTES;
        ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1024);
        for (long at = Math.max(start, channel.size()); at < end; at += zeros.limit()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
            write(channel, zeros, at);
        }
        MemorySegment segment = channel.map(MapMode.READ_WRITE, start, SEGMENT_BYTES, arena);
        mapped++;
        return segment;
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    @Override
    public void close() {
        arena.close();
        close(channel);
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                // nothing is buffered in it: what the mapping holds is the kernel's already
            }
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
