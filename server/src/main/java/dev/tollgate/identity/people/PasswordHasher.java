package dev.tollgate.identity.people;

import dev.tollgate.kernel.Argon2;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and checks passwords' hashes, a few at once: each takes a core for tens of milliseconds and 19 MiB of heap, so
 * whoever sends passwords by the thousand may fill a short queue and no more. Devices that are known have room of their own.
 */
final class PasswordHasher {
    /**
     * 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's choice for sign-ins, and about as hard to guess
     * as its others. RFC 9106's 64 MiB with three passes would take five times as long, at 500 sign-ins a minute more than
     * a core, and buys little here: the hash is keyed, so guessing starts only with the vault's key, and a password is
     * never enough by itself.
     */
    static final Argon2.Cost COST = new Argon2.Cost(19 * 1024, 2, 1);

    private static final Logger LOG = LoggerFactory.getLogger(PasswordHasher.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MOST_WAITING = 32;
    private static final int KNOWN_AT_ONCE = 1;
    private static final int SHARE_OF_HEAP = 8;

    /** Who wants a password hashed. */
    enum Lane {
        /** Anybody. */
        NEWCOMERS,
        /** A device that the person has signed in with, or a session. */
        KNOWN
    }

    /** What a check has shown. */
    sealed interface Verdict {
        /**
         * It is the password.
         *
         * @param outdated whether its hash should be made anew
         */
        record Matches(boolean outdated) implements Verdict {}

        record Differs() implements Verdict {}

        /** There was no room to check it. */
        record NoRoom() implements Verdict {}
    }

    private final byte[] key;
    private final Argon2.Cost cost;
    private final HashingRoom newcomers;
    private final HashingRoom known;
    private final PasswordHash nobodys;

    PasswordHasher(byte[] key, Argon2.Cost cost, int newcomersAtOnce, int knownAtOnce, Duration patience) {
        this.key = key.clone();
        this.cost = cost;
        this.newcomers = new HashingRoom(newcomersAtOnce, MOST_WAITING, patience);
        this.known = new HashingRoom(knownAtOnce, MOST_WAITING, patience);
        this.nobodys = PasswordHash.ofNobody(cost);
    }

    /** For this machine. */
    static PasswordHasher standard(byte[] key) {
        Runtime machine = Runtime.getRuntime();
        int atOnce = newcomersAtOnce(machine.availableProcessors(), machine.maxMemory());
        return new PasswordHasher(key, COST, atOnce, KNOWN_AT_ONCE, PATIENCE);
    }

    /** As many as half of the cores can work on, and an eighth of the heap can hold: of many cores, a small heap is the bound. */
    static int newcomersAtOnce(int cores, long heapBytes) {
        long held = heapBytes / SHARE_OF_HEAP / (COST.memoryKiB() * 1024L);
        return (int) Math.max(1, Math.min(cores / 2, held));
    }

    /**
     * Whether this is the password of that hash.
     *
     * @param phc {@code null}: of nobody, which takes as long
     */
    Verdict verify(@Nullable String phc, byte[] password, Lane lane) {
        PasswordHash hash = phc == null ? nobodys : parsed(phc);
        return room(lane)
                .<Verdict>within(() -> hash.matches(password, key)
                        ? new Verdict.Matches(hash.isOutdated(cost))
                        : new Verdict.Differs())
                .orElseGet(Verdict.NoRoom::new);
    }

    private PasswordHash parsed(String phc) {
        return PasswordHash.parse(phc).orElseGet(() -> {
            LOG.error("A stored password's hash has been edited and matches nothing; restore the database's backup");
            return nobodys;
        });
    }

    /** The PHC string of a new hash; empty if there was no room. */
    Optional<String> hash(byte[] password, Lane lane) {
        return room(lane).within(() -> PasswordHash.of(password, key, cost).phc());
    }

    private HashingRoom room(Lane lane) {
        return switch (lane) {
            case NEWCOMERS -> newcomers;
            case KNOWN -> known;
        };
    }
}
