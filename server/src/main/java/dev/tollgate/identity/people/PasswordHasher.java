package dev.tollgate.identity.people;

import dev.tollgate.kernel.Argon2;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and checks passwords' hashes, a few at once: each takes a core for tens of milliseconds and 19 MiB, so whoever
 * sends passwords by the thousand may fill a short queue and no more. Devices that are known have room of their own.
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
    private final Duration patience;
    private final Semaphore newcomers;
    private final Semaphore known;
    private final PasswordHash nobodys;

    PasswordHasher(byte[] key, Argon2.Cost cost, int newcomersAtOnce, Duration patience) {
        this.key = key.clone();
        this.cost = cost;
        this.patience = patience;
        this.newcomers = new Semaphore(newcomersAtOnce, true);
        this.known = new Semaphore(1, true);
        this.nobodys = PasswordHash.ofNobody(cost);
    }

    /** On half of the machine's cores. */
    static PasswordHasher standard(byte[] key) {
        return new PasswordHasher(key, COST, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), PATIENCE);
    }

    /**
     * Whether this is the password of that hash.
     *
     * @param phc {@code null}: of nobody, which takes as long
     */
    Verdict verify(@Nullable String phc, byte[] password, Lane lane) {
        PasswordHash hash = phc == null ? nobodys : parsed(phc);
        if (!enter(lane)) {
            return new Verdict.NoRoom();
        }
        try {
            return hash.matches(password, key) ? new Verdict.Matches(hash.isOutdated(cost)) : new Verdict.Differs();
        } finally {
            leave(lane);
        }
    }

    private PasswordHash parsed(String phc) {
        return PasswordHash.parse(phc).orElseGet(() -> {
            LOG.error("A stored password's hash has been edited and matches nothing; restore the database's backup");
            return nobodys;
        });
    }

    /** The PHC string of a new hash; empty if there was no room. */
    Optional<String> hash(byte[] password, Lane lane) {
        if (!enter(lane)) {
            return Optional.empty();
        }
        try {
            return Optional.of(PasswordHash.of(password, key, cost).phc());
        } finally {
            leave(lane);
        }
    }

    private boolean enter(Lane lane) {
        Semaphore room = room(lane);
        if (room.tryAcquire()) {
            return true;
        }
        if (room.getQueueLength() >= MOST_WAITING) {
            return false;
        }
        try {
            return room.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void leave(Lane lane) {
        room(lane).release();
    }

    private Semaphore room(Lane lane) {
        return switch (lane) {
            case NEWCOMERS -> newcomers;
            case KNOWN -> known;
        };
    }
}
