package dev.tollgate.identity.people;

import dev.tollgate.kernel.store.WriteSession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Signed texts that are good for one purpose, for a while, and once: a passkey's challenge, the step between password and
 * code. Nothing is kept of them until they are used, so that whoever asks for millions fills no table and takes nobody's
 * place; what has been used is in the store, for all nodes.
 */
final class Tickets {
    private static final int NONCE_BYTES = 16;
    private static final int HEAD_BYTES = Long.BYTES + NONCE_BYTES;
    private static final int LONGEST = 1_024;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A ticket whose signature holds and whose time is not over; it may have been used. */
    record Ticket(String id, long expiresAtMillis, String content) {}

    private final Signer signer;
    private final InstantSource clock;

    Tickets(Signer signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /**
     * A new ticket, base64url.
     *
     * @param purpose what it is for, and for whom
     * @param content what it tells whoever takes it; it can be read, but not changed
     */
    String issue(String purpose, String content, Duration life) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        byte[] text = content.getBytes(StandardCharsets.UTF_8);
        byte[] body = ByteBuffer.allocate(HEAD_BYTES + text.length)
                .putLong(clock.millis() + life.toMillis())
                .put(nonce)
                .put(text)
                .array();
        byte[] mac = signer.sign(purpose.getBytes(StandardCharsets.UTF_8), body);
        return Texts.ENCODER.encodeToString(
                ByteBuffer.allocate(body.length + mac.length).put(body).put(mac).array());
    }

    /** Empty if it was not issued here for this purpose, or its time is over. */
    Optional<Ticket> open(String purpose, String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            bytes = Texts.DECODER.decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        int signed = bytes.length - Signer.BYTES;
        if (signed < HEAD_BYTES) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(bytes, signed);
        byte[] mac = Arrays.copyOfRange(bytes, signed, bytes.length);
        if (!signer.verifies(mac, purpose.getBytes(StandardCharsets.UTF_8), body)) {
            return Optional.empty();
        }
        long expiresAt = ByteBuffer.wrap(body).getLong();
        String id = Texts.ENCODER.encodeToString(Arrays.copyOfRange(body, Long.BYTES, HEAD_BYTES));
        String content = new String(body, HEAD_BYTES, signed - HEAD_BYTES, StandardCharsets.UTF_8);
        return clock.instant().isBefore(Instant.ofEpochMilli(expiresAt))
                ? Optional.of(new Ticket(id, expiresAt, content))
                : Optional.empty();
    }

    /** False if it has been used before, on whichever node. */
    boolean spend(WriteSession tx, Ticket ticket) {
        tx.handle()
                .createUpdate("DELETE FROM spent_ticket WHERE expires_at < :longAgo")
                .bind("longAgo", clock.millis() - Duration.ofHours(1).toMillis()) // nodes' clocks may differ
                .execute();
        int inserted = tx.handle()
                .createUpdate("INSERT INTO spent_ticket (id, expires_at) VALUES (:id, :expiresAt)"
                        + " ON CONFLICT (id) DO NOTHING")
                .bind("id", ticket.id())
                .bind("expiresAt", ticket.expiresAtMillis())
                .execute();
        return inserted == 1;
    }
}
