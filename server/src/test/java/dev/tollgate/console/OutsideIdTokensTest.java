package dev.tollgate.console;

import static dev.tollgate.console.OutsideHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.tollgate.console.LocalIssuer.Minting;
import dev.tollgate.console.OutsideHouse.Browser;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.web.WebReply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ID tokens: each has one fault, and lets nobody in. */
@Timeout(120)
class OutsideIdTokensTest {
    private static final String TENANT = "11111111-2222-3333-4444-555555555555";
    private static final RSAKey OTHER = LocalIssuer.key("other");

    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private OutsideHouse house;

    @SuppressWarnings("NullAway.Init")
    private LocalIssuer issuer;

    @BeforeEach
    void open() throws Exception {
        house = new OutsideHouse(folder);
        issuer = new LocalIssuer();
        house.invite("ada@example.com");
    }

    @AfterEach
    void close() {
        issuer.close();
        house.close();
    }

    /** Whether a token of these claims lets its person in. */
    private boolean letsIn(UnaryOperator<JWTClaimsSet.Builder> claims) {
        return mintedLetsIn(
                nonce -> LocalIssuer.signed(claims.apply(issuer.claims(nonce)).build(), LocalIssuer.KEY));
    }

    private boolean mintedLetsIn(Minting minting) {
        issuer.minting = minting;
        Browser browser = house.browser();
        WebReply reply = browser.throughTo("example", issuer);
        assertEquals(browser.isIn(), reply.status() == 200, text(reply));
        return browser.isIn();
    }

    record Fault(String name, UnaryOperator<JWTClaimsSet.Builder> claims) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Date in(long seconds) {
        return Date.from(Instant.now().plusSeconds(seconds));
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault("another issuer", claims -> claims.issuer("https://evil.example.com")),
                new Fault("no issuer", claims -> claims.issuer(null)),
                new Fault(
                        "the issuer with a slash",
                        claims -> claims.issuer(claims.build().getIssuer() + "/")),
                new Fault("another audience", claims -> claims.audience("another client")),
                new Fault("no audience", claims -> claims.audience((String) null)),
                new Fault("others in the audience", claims -> claims.audience(List.of(LocalIssuer.CLIENT, "another"))),
                new Fault(
                        "others in the audience, and azp",
                        claims -> claims.audience(List.of(LocalIssuer.CLIENT, "another"))
                                .claim("azp", LocalIssuer.CLIENT)),
                new Fault("made for another client", claims -> claims.claim("azp", "another client")),
                new Fault("another nonce", claims -> claims.claim("nonce", "replayed")),
                new Fault("no nonce", claims -> claims.claim("nonce", null)),
                new Fault("over", claims -> claims.expirationTime(in(-60))),
                new Fault("without end", claims -> claims.expirationTime(null)),
                new Fault("of the future", claims -> claims.issueTime(in(120))),
                new Fault("of no time", claims -> claims.issueTime(null)),
                new Fault("of nobody", claims -> claims.subject(null)),
                new Fault("a subject that is too long", claims -> claims.subject("x".repeat(256))),
                new Fault("a subject that no database keeps", claims -> claims.subject("a\u0000b")),
                new Fault("an email that is no text", claims -> claims.claim("email", List.of("ada@example.com"))));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aTokenWithOneWrongClaimLetsNobodyIn(Fault fault) {
        house.add("example", issuer);
        assertFalse(letsIn(fault.claims()));
        assertTrue(letsIn(claims -> claims), "and without the fault it does");
    }

    @Test
    void onlyTheProvidersOwnKeysCount() {
        house.add("example", issuer);
        assertFalse(
                mintedLetsIn(nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), OTHER)));
        RSAKey disguised =
                new RSAKey.Builder(OTHER).keyID(LocalIssuer.KEY.getKeyID()).build();
        assertFalse(
                mintedLetsIn(nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), disguised)));
        assertFalse(mintedLetsIn(nonce -> {
            SignedJWT own = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .jwk(OTHER.toPublicJWK())
                            .keyID(OTHER.getKeyID())
                            .build(),
                    issuer.claims(nonce).build());
            own.sign(new RSASSASigner(OTHER));
            return own.serialize();
        }));
    }

    @Test
    void algorithmsThatProveNothingAreRefused() {
        house.add("example", issuer);
        byte[] publicKey;
        try {
            publicKey = LocalIssuer.KEY.toPublicKey().getEncoded();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        assertFalse(mintedLetsIn(nonce -> new PlainJWT(issuer.claims(nonce).build()).serialize()), "none");
        assertFalse(mintedLetsIn(nonce -> mac(nonce, publicKey)), "HMAC with the public key");
        byte[] secret = (OutsideHouse.SECRET + OutsideHouse.SECRET).getBytes(StandardCharsets.UTF_8);
        assertFalse(mintedLetsIn(nonce -> mac(nonce, secret)), "HMAC with the client's secret");
        assertFalse(mintedLetsIn(nonce -> "not.a.token"));
        assertFalse(mintedLetsIn(nonce -> ""));
    }

    /** Google and Microsoft sign with RS256, others with curves. */
    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "ES384"})
    void aProvidersKeyCountsWhateverItsKindAndNoOtherDoes(String name) throws Exception {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        boolean rsa = JWSAlgorithm.Family.RSA.contains(algorithm);
        Curve curve =
                rsa ? Curve.P_256 : Curve.forJWSAlgorithm(algorithm).iterator().next();
        JWK own = rsa ? OTHER : new ECKeyGenerator(curve).keyID("own").generate();
        JWK strangers = rsa
                ? new RSAKeyGenerator(2048).keyID(OTHER.getKeyID()).generate()
                : new ECKeyGenerator(curve).keyID("own").generate();
        issuer.keys = new JWKSet(List.of(LocalIssuer.KEY, own));
        house.add("example", issuer);
        assertFalse(
                mintedLetsIn(nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), strangers, algorithm)));
        assertFalse(mintedLetsIn(nonce -> {
            String token = LocalIssuer.signed(issuer.claims(nonce).build(), own, algorithm);
            String others = LocalIssuer.signed(issuer.claims(nonce).subject("2").build(), own, algorithm);
            return token.substring(0, token.lastIndexOf('.')) + others.substring(others.lastIndexOf('.'));
        }));
        assertFalse(mintedLetsIn(nonce -> LocalIssuer.signed(
                issuer.claims(nonce).claim("nonce", "replayed").build(), own, algorithm)));
        assertTrue(mintedLetsIn(nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), own, algorithm)));
    }

    private String mac(String nonce, byte[] key) throws Exception {
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .keyID(LocalIssuer.KEY.getKeyID())
                        .build(),
                issuer.claims(nonce).build());
        token.sign(new MACSigner(key));
        return token.serialize();
    }

    @Test
    void newKeysAreFetchedButNotMoreThanOnceAMinute() {
        house.add("example", issuer);
        int first = issuer.keysFetched.get();
        for (int i = 0; i < 3; i++) {
            assertFalse(mintedLetsIn(
                    nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), OTHER)));
        }
        assertEquals(first, issuer.keysFetched.get(), "strangers' keys make no requests");
        issuer.keys = new JWKSet(List.of(LocalIssuer.KEY, OTHER));
        house.pass(Duration.ofMinutes(2));
        // The clock of the tokens is the real one, which has not moved.
        assertTrue(mintedLetsIn(nonce -> LocalIssuer.signed(issuer.claims(nonce).build(), OTHER)));
        assertEquals(first + 1, issuer.keysFetched.get());
    }

    @Test
    void onlyTheHostedDomainsThatAreNamedComeIn() {
        NewIdentityProvider plain = house.wanted("example", issuer);
        house.door
                .providers()
                .add(
                        new NewIdentityProvider(
                                "example",
                                "Google",
                                issuer.url,
                                plain.clientId(),
                                plain.clientSecret(),
                                List.of("Example.com"),
                                List.of(),
                                true),
                        Actor.OWNER_TOKEN);
        assertEquals(
                "example.com",
                OutsideHouse.query(OutsideHouse.location(house.browser().start("example", "")))
                        .get("hd"));
        assertFalse(letsIn(claims -> claims), "none");
        assertFalse(letsIn(claims -> claims.claim("hd", "example.com.evil.example")));
        assertFalse(letsIn(claims -> claims.claim("hd", List.of("example.com"))));
        assertTrue(letsIn(claims -> claims.claim("hd", "example.com")));
    }

    @Test
    void ofManyTenantsOnlyThoseThatAreNamedComeIn() {
        String template = issuer.url + "/{tenantid}/v2.0";
        issuer.configuration.put("issuer", template);
        house.door
                .providers()
                .add(
                        new NewIdentityProvider(
                                "example",
                                "Microsoft",
                                issuer.url + "/organizations/v2.0",
                                LocalIssuer.CLIENT,
                                "",
                                List.of(),
                                List.of(TENANT),
                                true),
                        Actor.OWNER_TOKEN);
        String own = template.replace("{tenantid}", TENANT);
        String other = "99999999-2222-3333-4444-555555555555";
        assertFalse(letsIn(claims -> claims.issuer(own)), "no tenant");
        assertFalse(letsIn(claims -> claims.claim("tid", other).issuer(template.replace("{tenantid}", other))));
        assertFalse(letsIn(claims -> claims.claim("tid", TENANT).issuer(template.replace("{tenantid}", other))));
        assertFalse(letsIn(claims -> claims.claim("tid", TENANT).issuer(template)));
        assertTrue(letsIn(claims -> claims.claim("tid", TENANT).issuer(own)));
        assertEquals(LocalIssuer.CLIENT, issuer.asked.getLast().form().get("client_id"), "a client without a secret");
        assertEquals("", issuer.asked.getLast().authorization());
        assertTrue(house.people.outside().byOutside(own, "248289761001").isPresent(), "linked by its tenant's issuer");
    }

    @Test
    void aSecretGoesIntoTheFormWhereNothingElseIsTaken() {
        issuer.configuration.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        house.add("example", issuer);
        assertTrue(letsIn(claims -> claims));
        assertEquals(OutsideHouse.SECRET, issuer.asked.getLast().form().get("client_secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"})
    void aConfigurationThatLeadsElsewhereIsNotAccepted(String field) {
        for (String bad : List.of(
                "https://evil.example.com#x", "javascript:alert(1)", "https://u:p@evil.example.com", "ftp://x/", "")) {
            String right =
                    Objects.requireNonNull(issuer.configuration.get(field)).stringValue();
            issuer.configuration.put(field, bad);
            Refusal refusal = assertThrows(Refusal.class, () -> house.add("example", issuer), bad);
            assertFalse(refusal.cure().isEmpty());
            issuer.configuration.put(field, right);
        }
        assertEquals(List.of(), house.door.providers().list());
    }

    @Test
    void providersAreJudgedBeforeTheyAreKept() {
        NewIdentityProvider near = house.wanted("example", issuer);
        NewIdentityProvider far = new NewIdentityProvider(
                "example", "Example", issuer.url, near.clientId(), "", List.of(), List.of(), false);
        assertThrows(Refusal.class, () -> house.door.providers().add(far, Actor.OWNER_TOKEN), "not said to be near");
        for (String bad : List.of("https://169.254.169.254", "http://[::ffff:127.0.0.1]", "https://u@x.example", "x")) {
            NewIdentityProvider wanted =
                    new NewIdentityProvider("example", "Example", bad, near.clientId(), "", List.of(), List.of(), true);
            assertThrows(Refusal.class, () -> house.door.providers().add(wanted, Actor.OWNER_TOKEN), bad);
        }
        for (String bad : List.of("", "A", "a/b", "-a", "a".repeat(41), "a b")) {
            assertThrows(Refusal.class, () -> house.add(bad, issuer), bad);
        }
    }

    @Test
    void theClientsSecretIsEncryptedAndShownNowhere() {
        NewIdentityProvider wanted = house.wanted("example", issuer);
        assertFalse(wanted.toString().contains("SECRET"));
        house.door.providers().add(wanted, Actor.OWNER_TOKEN);
        assertEquals(
                Refusal.Kind.CONFLICT,
                assertThrows(Refusal.class, () -> house.add("example", issuer)).kind());
        String rows = house.store.read(handle -> handle.createQuery("SELECT * FROM identity_provider")
                .mapToMap()
                .list()
                .toString());
        assertFalse(rows.contains("SECRET"), rows);
        assertFalse(house.audited.toString().contains("SECRET"));
        house.store.write(
                tx -> tx.handle().execute("UPDATE identity_provider SET issuer = 'https://evil.example.com'"));
        assertThrows(
                Refusal.class,
                () -> house.door
                        .providers()
                        .clientSecret(house.door.providers().find("example").orElseThrow()),
                "a row that is pointed elsewhere does not open");
        house.door.providers().remove("example", false, Actor.OWNER_TOKEN);
        assertThrows(Refusal.class, () -> house.door.providers().remove("example", false, Actor.OWNER_TOKEN));
        assertTrue(house.audited.getLast().startsWith("owner identity_provider.removed example "));
    }

    @Test
    void theClientsSecretOutlivesARotationOfTheVault() {
        house.add("example", issuer);
        house.vault.rotate("owner");
        assertTrue(letsIn(claims -> claims));
        assertEquals(
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((LocalIssuer.CLIENT + ":SECRET+of+the+client")
                                        .getBytes(StandardCharsets.UTF_8)),
                issuer.asked.getLast().authorization());
    }

    @Test
    void providersVouchForOwnersTooSoNobodyElseChangesThem() {
        Actor admin = new Actor("per_admin", Role.ADMIN);
        NewIdentityProvider wanted = house.wanted("example", issuer);
        assertEquals(
                Refusal.Kind.FORBIDDEN,
                assertThrows(Refusal.class, () -> house.door.providers().add(wanted, admin))
                        .kind());
        house.add("example", issuer);
        assertEquals(
                Refusal.Kind.FORBIDDEN,
                assertThrows(Refusal.class, () -> house.door.providers().remove("example", false, admin))
                        .kind());
        assertEquals(1, house.door.providers().list().size());
    }
}
