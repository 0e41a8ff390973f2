package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Issuers' keys: how long they are believed, how often they are asked for, and from where. */
class FederationKeysTest extends InFederationHouse {
    private static final RSAKey NEXT = LocalIssuer.rsa("rsa-2", 2_048);

    private int status(RSAKey key) {
        return gate().exchange(gate().issuer.sign(gate().claims(), key, header -> header))
                .status();
    }

    private long keysAsked() {
        return gate().issuer.asked.stream().filter("/keys"::equals).count();
    }

    @Test
    void keysAreKeptAsLongAsTheirSenderSays() {
        gate().trust();
        assertEquals(200, status(LocalIssuer.RSA));
        gate().house.pass(Duration.ofSeconds(599));
        assertEquals(200, status(LocalIssuer.RSA));
        assertEquals(1, keysAsked());
        gate().house.pass(Duration.ofSeconds(2));
        assertEquals(200, status(LocalIssuer.RSA));
        assertEquals(2, keysAsked());
    }

    @Test
    void aKeyThatTheIssuerTookBackOpensNothingOnceTheOldSetIsPastItsTime() {
        gate().trust();
        gate().issuer.keys = List.of(NEXT);
        gate().house.pass(Duration.ofSeconds(601));
        assertEquals(400, status(LocalIssuer.RSA));
        assertTrue(gate().lastDenial().contains("no such key"), gate().lastDenial());
        assertEquals(200, status(NEXT));
    }

    @Test
    void keysPastTheirTimeOpenNothingWhereNewOnesCannotBeHad() {
        gate().trust();
        gate().issuer.status = 503;
        gate().house.pass(Duration.ofSeconds(601));
        assertEquals(400, status(LocalIssuer.RSA));
        assertTrue(gate().lastDenial().contains("status 503"), gate().lastDenial());
        int asked = gate().issuer.asked.size();
        assertEquals(400, status(LocalIssuer.RSA));
        assertEquals(asked, gate().issuer.asked.size(), "it is left alone for a while");
        gate().issuer.status = 200;
        gate().house.pass(FederationKeys.AFTER_FAILURE);
        assertEquals(200, status(LocalIssuer.RSA));
    }

    @Test
    void aNewKeyIsAskedForAtMostOnceAMinute() throws Exception {
        gate().trust();
        gate().issuer.keys = List.of(LocalIssuer.RSA, NEXT);
        assertEquals(400, status(NEXT), "it was asked a moment ago");
        assertEquals(1, keysAsked());
        gate().house.pass(FederationKeys.LEAST);
        List<Callable<Integer>> jobs = java.util.Collections.nCopies(8, () -> status(NEXT));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> each : threads.invokeAll(jobs)) {
                assertEquals(200, each.get());
            }
        }
        assertEquals(2, keysAsked(), "one asks, the others wait for what comes of it");
        for (int i = 0; i < 5; i++) {
            String token = gate().issuer.sign(gate().claims(), NEXT, header -> header.keyID("none-such"));
            assertEquals(400, gate().exchange(token).status());
        }
        assertEquals(2, keysAsked());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "max-age=0", "max-age=999999999", ""})
    void whatASenderSaysOfCachingIsTakenWithinBounds(String cacheControl) {
        gate().issuer.cacheControl = cacheControl;
        gate().trust();
        gate().house.pass(Duration.ofSeconds(59));
        assertEquals(200, status(LocalIssuer.RSA));
        assertEquals(1, keysAsked());
        gate().house.pass(FederationKeys.MOST);
        assertEquals(200, status(LocalIssuer.RSA));
        assertEquals(2, keysAsked());
    }

    @Test
    void aDocumentThatNamesAnotherIssuerIsNotBelieved() {
        gate().issuer.configuredIssuer = "https://token.actions.githubusercontent.com";
        assertTrue(refusal(gate().wanted()).contains("names another issuer"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data",
                "http://[fd00:ec2::254]/keys",
                "http://2852039166/keys",
                "http://0xA9FEA9FE/keys",
                "file:///etc/passwd",
                "http://user@127.0.0.1/keys",
                "not a url",
                ""
            })
    void keysAreFetchedFromJudgedAddressesAlone(String uri) {
        gate().issuer.jwksUri = uri;
        String refusal = refusal(gate().wanted());
        assertTrue(refusal.contains("cannot be had") || refusal.contains("no URL"), refusal);
        assertEquals(List.of(FederationKeys.WELL_KNOWN), gate().issuer.asked);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 308})
    void redirectsAreNotFollowed(int status) {
        gate().issuer.status = status;
        assertTrue(refusal(gate().wanted()).contains("status " + status));
        assertEquals(List.of(FederationKeys.WELL_KNOWN), gate().issuer.asked);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1",
                "https://localhost",
                "https://10.0.0.1",
                "https://[::1]",
                "https://[::ffff:127.0.0.1]",
                "https://2130706433",
                "https://0x7f.1",
                "https://169.254.169.254",
                "http://token.example",
                "https://token.example:25"
            })
    void anIssuerOfTheWorldIsInTheWorld(String issuer) {
        NewTrustRule wanted = new NewTrustRule(
                "deploy",
                TrustRule.Kind.JOB,
                issuer,
                false,
                FederationHouse.AUDIENCE,
                Map.of("sub", "job"),
                List.of(),
                "",
                null,
                null);
        assertThrows(Refusal.class, () -> gate().federation.add(wanted, "owner"));
        assertEquals(List.of(), gate().federation.list());
    }

    @Test
    void aNameThatLeadsInwardLaterIsNotFollowedThere() {
        AtomicInteger looked = new AtomicInteger();
        Federation federation = gate().federation(gate().house.one, host -> {
            String address = looked.getAndIncrement() == 0 ? "198.51.100.7" : "127.0.0.1";
            return new InetAddress[] {InetAddress.ofLiteral(address)};
        });
        TrustRule rule = new TrustRule(
                "fed_06e7kq2mz0x8a1b2c3d4e5f6g",
                "deploy",
                TrustRule.Kind.JOB,
                "https://rebinding.example:" + gate().issuer.url().replaceAll(".*:", ""),
                false,
                FederationHouse.AUDIENCE,
                new TreeMap<>(Map.of("repository_id", "456")),
                List.of("models:use"),
                "default",
                null,
                Duration.ofMinutes(15),
                Instant.ofEpochMilli(gate().house.now.get()));
        NewTrustRule wanted = new NewTrustRule(
                rule.name(),
                rule.kind(),
                rule.issuer(),
                false,
                rule.audience(),
                rule.claims(),
                rule.scopes(),
                "",
                null,
                null);
        assertThrows(Refusal.class, () -> federation.add(wanted, "owner"), "good when judged, inward when fetched");
        assertTrue(looked.get() > 1, "each connection is judged anew");
        // And where the name was good when the rule was made.
        gate().house.one.store().write(tx -> TrustRuleTable.insert(tx.handle(), rule));
        gate().house.others = federation;
        Map<String, Object> claims = gate().claims();
        claims.put("iss", rule.issuer());
        assertEquals(400, gate().exchange(gate().issuer.sign(claims)).status());
        assertTrue(gate().lastDenial().contains("keys are not known"), gate().lastDenial());
        assertEquals(List.of(), gate().issuer.asked, "nothing was connected to");
    }

    private String refusal(NewTrustRule wanted) {
        Refusal refusal = assertThrows(Refusal.class, () -> gate().federation.add(wanted, "owner"));
        assertEquals(List.of(), gate().federation.list());
        return refusal.text();
    }
}
