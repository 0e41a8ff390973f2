package dev.tollgate.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some of the keys in force, sorted by packed id; what belongs to the i-th stands at i in each array. Immutable. Arrays
 * of numbers and bytes and not objects for each key: a million keys are then 90 MB and a few thousand objects.
 */
final class KeyShard {
    static final KeyShard EMPTY = new Builder(0).build();

    private final long[] ids;
    private final long[] expiresAtMillis;
    private final byte[] saltsAndHashes;
    private final Grant[] grants;
    private final int[] nameEnds;
    private final byte[] names;

    private KeyShard(
            long[] ids, long[] expiresAtMillis, byte[] saltsAndHashes, Grant[] grants, int[] nameEnds, byte[] names) {
        this.ids = ids;
        this.expiresAtMillis = expiresAtMillis;
        this.saltsAndHashes = saltsAndHashes;
        this.grants = grants;
        this.nameEnds = nameEnds;
        this.names = names;
    }

    int size() {
        return ids.length;
    }

    /** Where the key with that id stands, or a negative number. */
    int find(long packedId) {
        return Arrays.binarySearch(ids, packedId);
    }

    long id(int i) {
        return ids[i];
    }

    long expiresAtMillis(int i) {
        return expiresAtMillis[i];
    }

    Grant grant(int i) {
        return grants[i];
    }

    String name(int i) {
        return new String(names, nameStart(i), nameEnds[i] - nameStart(i), StandardCharsets.US_ASCII);
    }

    boolean matches(int i, String keyText) {
        return SecretHash.matches(keyText, saltsAndHashes, i * SecretHash.ENTRY_BYTES);
    }

    private int nameStart(int i) {
        return i == 0 ? 0 : nameEnds[i - 1];
    }

    /** Gathers keys in any order. */
    static final class Builder {
        private int size;
        private long[] ids;
        private long[] expiresAtMillis;
        private byte[] saltsAndHashes;
        private Grant[] grants;
        private int[] nameEnds;
        private byte[] names;

        Builder(int expected) {
            ids = new long[expected];
            expiresAtMillis = new long[expected];
            saltsAndHashes = new byte[expected * SecretHash.ENTRY_BYTES];
            grants = new Grant[expected];
            nameEnds = new int[expected];
            names = new byte[expected * 16];
        }

        void add(long packedId, long expires, Grant grant, byte[] saltAndHash, String name) {
            byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
            append(packedId, expires, grant, saltAndHash, 0, ascii, 0, ascii.length);
        }

        void add(KeyShard from, int i) {
            append(
                    from.ids[i],
                    from.expiresAtMillis[i],
                    from.grants[i],
                    from.saltsAndHashes,
                    i * SecretHash.ENTRY_BYTES,
                    from.names,
                    from.nameStart(i),
                    from.nameEnds[i]);
        }

        private void append(
                long packedId,
                long expires,
                Grant grant,
                byte[] hashes,
                int hashAt,
                byte[] name,
                int nameFrom,
                int nameTo) {
            int nameAt = size == 0 ? 0 : nameEnds[size - 1];
            int nameEnd = nameAt + nameTo - nameFrom;
            grow(nameEnd);
            ids[size] = packedId;
            expiresAtMillis[size] = expires;
            grants[size] = grant;
            System.arraycopy(hashes, hashAt, saltsAndHashes, size * SecretHash.ENTRY_BYTES, SecretHash.ENTRY_BYTES);
            System.arraycopy(name, nameFrom, names, nameAt, nameTo - nameFrom);
            nameEnds[size] = nameEnd;
            size++;
        }

        private void grow(int nameBytes) {
            if (size == ids.length) {
                int larger = Math.max(8, size + size / 2);
                ids = Arrays.copyOf(ids, larger);
                expiresAtMillis = Arrays.copyOf(expiresAtMillis, larger);
                saltsAndHashes = Arrays.copyOf(saltsAndHashes, larger * SecretHash.ENTRY_BYTES);
                grants = Arrays.copyOf(grants, larger);
                nameEnds = Arrays.copyOf(nameEnds, larger);
            }
            if (nameBytes > names.length) {
                names = Arrays.copyOf(names, Math.max(nameBytes, names.length + names.length / 2));
            }
        }

        KeyShard build() {
            long[] sorted = Arrays.copyOf(ids, size);
            Arrays.sort(sorted);
            int[] positions = new int[size]; // of the i-th in order: where it was added
            for (int i = 0; i < size; i++) {
                positions[Arrays.binarySearch(sorted, ids[i])] = i;
            }
            KeyShard shard = new KeyShard(
                    sorted,
                    new long[size],
                    new byte[size * SecretHash.ENTRY_BYTES],
                    new Grant[size],
                    new int[size],
                    new byte[size == 0 ? 0 : nameEnds[size - 1]]);
            int nameAt = 0;
            for (int i = 0; i < size; i++) {
                int from = positions[i];
                shard.expiresAtMillis[i] = expiresAtMillis[from];
                shard.grants[i] = grants[from];
                System.arraycopy(
                        saltsAndHashes,
                        from * SecretHash.ENTRY_BYTES,
                        shard.saltsAndHashes,
                        i * SecretHash.ENTRY_BYTES,
                        SecretHash.ENTRY_BYTES);
                int nameFrom = from == 0 ? 0 : nameEnds[from - 1];
                System.arraycopy(names, nameFrom, shard.names, nameAt, nameEnds[from] - nameFrom);
                nameAt += nameEnds[from] - nameFrom;
                shard.nameEnds[i] = nameAt;
            }
            return shard;
        }
    }
}
