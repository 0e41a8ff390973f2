package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.tollgate.kernel.TestTime;
import dev.tollgate.upstream.Fetched;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Strangers who use up the room for looks at keys: whom that keeps out, and for how long keys hold that nobody may look after. */
@SuppressWarnings("NullAway.Init")
class ClientKeyLimitsTest {
    private static final String PLACE = "https://app.example/keys";
    private static final JWSHeader HEADER =
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("a").build();
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final AtomicLong now = new AtomicLong(1_800_000_000_000L);
    private final Map<URI, Fetched> web = new ConcurrentHashMap<>();
    private final List<URI> fetched = new ArrayList<>();
    private final TimeMeter time = new TestTime(() -> now.get() * 1_000_000);
    private final ClientKeySets sets =
            new ClientKeySets(this::get, new FetchLimits(time), () -> Instant.ofEpochMilli(now.get()));
    private Fetched.Document keys;

    @BeforeEach
    void publish() throws JOSEException {
        String set =
                new JWKSet(new ECKeyGenerator(Curve.P_256).keyID("a").generate().toPublicJWK()).toString();
        keys = new Fetched.Document(
                200, "application/jwk-set+json", "max-age=600", set.getBytes(StandardCharsets.UTF_8));
        web.put(URI.create(PLACE), keys);
    }

    private Fetched get(URI address, int most) {
        fetched.add(address);
        return web.getOrDefault(address, new Fetched.Nothing("it is away"));
    }

    private void pass(Duration span) {
        now.addAndGet(span.toMillis());
    }

    private boolean opens(String place, boolean vouched) {
        return !sets.find(URI.create(place), vouched, HEADER, false).isEmpty();
    }

    private static String strangers(int i) {
        return "https://h" + i + ".evil.example/keys";
    }

    private void useUpTheRoomOfNewcomers() {
        for (int i = 0; i < FetchLimits.OF_NEWCOMERS; i++) {
            assertFalse(opens("https://n" + i + ".evil.example/keys", false));
        }
    }

    /** As many places with keys as there is room for those that were fetched before. */
    private void settleStrangers() {
        for (int i = 0; i < FetchLimits.OF_KNOWN; i++) {
            web.put(URI.create(strangers(i)), keys);
            assertTrue(opens(strangers(i), false));
        }
    }

    private void useUpTheRoomOfKnown() {
        for (int i = 0; i < FetchLimits.OF_KNOWN; i++) {
            sets.find(URI.create(strangers(i)), false, HEADER, true);
        }
    }

    @Test
    void aNodeThatHasJustStartedLooksAfterAdministratorsClientsHoweverManyStrangersThereAre() {
        useUpTheRoomOfNewcomers();
        String other = "https://other.example/keys";
        web.put(URI.create(other), keys);
        assertFalse(opens(other, false), "a stranger's, for which there is no room");
        assertTrue(opens(PLACE, true));
        assertEquals(FetchLimits.OF_NEWCOMERS + 1, fetched.size());
        pass(Duration.ofSeconds(2));
        assertTrue(opens(other, false), "as soon as there is room");
    }

    @Test
    void placesOfStrangersDoNotUseUpTheLooksAtAnAdministratorsClient() {
        assertTrue(opens(PLACE, true));
        pass(Duration.ofMinutes(1));
        settleStrangers();
        pass(FRESH);
        useUpTheRoomOfKnown();
        int before = fetched.size();
        assertTrue(opens(PLACE, true));
        assertEquals(before + 1, fetched.size(), "looked at anew, and not merely held");
    }

    @Test
    void anAdministratorsClientIsLookedAfterOnceAMinuteAtMost() {
        for (int i = 0; i < 20; i++) {
            sets.find(URI.create(PLACE), true, HEADER, true);
        }
        assertEquals(1, fetched.size());
    }

    @Test
    void whatAHostsOwnRoomRefusesDoesNotUseUpThatOfOthers() {
        for (int i = 0; i < 3 * FetchLimits.OF_NEWCOMERS; i++) {
            assertFalse(opens("https://victim.example/" + i, false));
        }
        assertEquals(FetchLimits.OF_ONE_HOST, fetched.size());
        assertTrue(opens(PLACE, false));
    }

    @Test
    void whatTheRoomOfAllRefusesDoesNotUseUpThatOfItsHost() {
        useUpTheRoomOfNewcomers();
        for (int i = 0; i < 2 * FetchLimits.OF_ONE_HOST; i++) {
            assertFalse(opens(PLACE + i, false));
        }
        pass(Duration.ofSeconds(2));
        assertTrue(opens(PLACE, false), "nobody has asked this host yet");
    }

    private void settleAndUseUpPastTheTime() {
        assertTrue(opens(PLACE, false));
        pass(Duration.ofMinutes(1));
        settleStrangers();
        pass(FRESH);
        useUpTheRoomOfKnown();
    }

    @Test
    void aStrangersKeysHoldWhileOthersLeaveNoRoomForALookButNotForEver() {
        settleAndUseUpPastTheTime();
        int before = fetched.size();
        assertTrue(opens(PLACE, false));
        assertEquals(before, fetched.size(), "there was no room");
        web.remove(URI.create(PLACE));
        pass(ClientKeySets.HELD.minusMinutes(2));
        useUpTheRoomOfKnown();
        assertTrue(opens(PLACE, false));
        pass(Duration.ofMinutes(2));
        useUpTheRoomOfKnown();
        before = fetched.size();
        assertFalse(opens(PLACE, false));
        assertEquals(before, fetched.size(), "there was no room, either");
    }

    @Test
    void keysThatTheirPlaceNoLongerHasDoNotHold() {
        settleAndUseUpPastTheTime();
        assertTrue(opens(PLACE, false));
        web.remove(URI.create(PLACE));
        pass(Duration.ofMinutes(1));
        assertFalse(opens(PLACE, false), "there was room, and no answer");
        pass(Duration.ofMinutes(1));
        useUpTheRoomOfKnown();
        int before = fetched.size();
        assertFalse(opens(PLACE, false), "and now there is none");
        assertEquals(before, fetched.size());
    }
}
