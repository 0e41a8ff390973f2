package dev.tollgate.identity.people;

import dev.tollgate.kernel.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a browser keeps to show later that somebody has signed in with it, or let it in by a recovery code: {@code tgv_ID.SECONDS.PERSON….MAC}, signed. It
 * opens nothing; it only gives the device a budget of attempts of its own, so that nobody elsewhere can use it up.
 */
final class DeviceTokens {
    private static final String PREFIX = "tgv_";
    private static final int ID_LENGTH = 22;
    /** A household's browser; of more people it forgets those who signed in longest ago. */
    private static final int MOST_PEOPLE = 8;
    /** No browser keeps a cookie for longer (draft-ietf-httpbis-rfc6265bis section 5.5). */
    private static final Duration LIFE = Duration.ofDays(400);

    private static final int LONGEST = 1_024;

    /** A device that people have signed in with, the latest first. */
    record Device(String id, List<String> people) {
        Device {
            people = List.copyOf(people);
        }
    }

    private final Signer signer;
    private final InstantSource clock;

    DeviceTokens(Signer signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /** {@code null} if there is no token, or it is not one of ours, or too old. */
    @Nullable
    Device read(@Nullable String token) {
        if (token == null || token.length() > LONGEST || !token.startsWith(PREFIX)) {
            return null;
        }
        int signed = token.lastIndexOf('.');
        List<String> parts = Arrays.asList(token.substring(PREFIX.length()).split("\\."));
        if (signed < 0 || parts.size() < 4) {
            return null;
        }
        try {
            byte[] mac = Texts.DECODER.decode(parts.getLast());
            if (!signer.verifies(mac, bytes(token.substring(0, signed)))) {
                return null;
            }
        } catch (IllegalArgumentException e) {
            return null;
        }
        long ageSeconds = clock.millis() / 1000 - Long.parseLong(parts.get(1));
        return ageSeconds > LIFE.toSeconds() ? null : new Device(parts.getFirst(), parts.subList(2, parts.size() - 1));
    }

    /** The token for a device that this person has just signed in with, or let in. */
    String issue(@Nullable String former, String personId) {
        Device device = read(former);
        List<String> people = new ArrayList<>();
        people.add(personId);
        if (device != null) {
            device.people().stream()
                    .filter(id -> !id.equals(personId))
                    .limit(MOST_PEOPLE - 1)
                    .forEach(people::add);
        }
        String id = device == null ? Ids.secret(ID_LENGTH) : device.id();
        String signed = PREFIX + id + '.' + clock.millis() / 1000 + '.' + String.join(".", people);
        return signed + '.' + Texts.ENCODER.encodeToString(signer.sign(bytes(signed)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
