package dev.tollgate.cache;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.dialects.json.Json;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes the keys of kept answers: HMAC-SHA-256 (RFC 2104) of all that an answer depends on, under a secret that the process makes up
 * and never tells. So no prompt is kept as a key, and whoever sees a key cannot try prompts against it.
 */
public final class CacheKeys {
    private static final String HMAC = "HmacSHA256";
    private static final Comparator<Json.Member> BY_NAME = Comparator.comparing(Json.Member::name);

    private final SecretKeySpec secret;

    public CacheKeys() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        secret = new SecretKeySpec(random, HMAC);
    }

    /** For one key. */
    public Digest digest() {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(secret);
            return new Digest(mac);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }

    /**
     * Takes the parts of a key, in their order. Each says its kind and its length, so that no two lists of parts are the same bytes.
     * One thread at a time.
     */
    public static final class Digest {
        private final Mac mac;
        private final ByteBuffer head = ByteBuffer.allocate(1 + Integer.BYTES);

        private Digest(Mac mac) {
            this.mac = mac;
        }

        /** A text, by its UTF-16 units: two texts that differ anywhere differ here, half surrogate pairs too. */
        public Digest text(String text) {
            ByteBuffer units = ByteBuffer.allocate(text.length() * Character.BYTES);
            units.asCharBuffer().put(text);
            return part('u', text.length(), units.array());
        }

        /** Where a list of so many texts begins. */
        public Digest count(int parts) {
            return head('c', parts);
        }

        /**
         * A JSON value by what it means: white space, the order of an object's members and how a text is escaped do not count (RFC
         * 8259). Numbers count as they are written: that 1 is 1.0 is for the provider to say.
         */
        public Digest json(Json value) {
            return switch (value) {
                case Json.Obj object -> object(object);
                case Json.Arr array -> {
                    head('a', array.items().size());
                    array.items().forEach(this::json);
                    yield this;
                }
                case Json.Text text -> jsonText(text);
                case Json.Num number -> part('n', number.size(), number.bytes());
                case Json.Bool bool -> head(bool.value() ? 't' : 'f', 0);
                case Json.Null none -> head('0', 0);
            };
        }

        private Digest object(Json.Obj object) {
            head('o', object.members().size());
            List<Json.Member> members =
                    object.members().stream().sorted(BY_NAME).toList();
            for (Json.Member member : members) {
                text(member.name()).json(member.value());
            }
            return this;
        }

        /** In UTF-8, which has no form for half of a surrogate pair: such a text goes by its units. */
        private Digest jsonText(Json.Text text) {
            byte[] utf8 = text.utf8();
            String string = text.string();
            return new String(utf8, UTF_8).equals(string) ? part('s', utf8.length, utf8) : text(string);
        }

        private Digest part(char kind, int length, byte[] bytes) {
            head(kind, length);
            mac.update(bytes);
            return this;
        }

        private Digest head(char kind, int length) {
            mac.update(head.clear().put((byte) kind).putInt(length).flip());
            return this;
        }

        /** The key; the last that may be asked of this. */
        public CacheKey key() {
            ByteBuffer bits = ByteBuffer.wrap(mac.doFinal());
            return new CacheKey(bits.getLong(), bits.getLong(), bits.getLong(), bits.getLong());
        }
    }
}
