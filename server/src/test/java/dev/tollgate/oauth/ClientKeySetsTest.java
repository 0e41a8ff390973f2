package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.catalog.HostLookup;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.upstream.JudgedFetch;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that say where their keys are: fetched seldom, never from inside, changed by their owner, and by nobody else's doing. */
@SuppressWarnings("NullAway.Init")
@Timeout(60)
class ClientKeySetsTest {
    private static final String PLACE = "https://app.example/keys";
    private static final String BODY =
            "{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\"private_key_jwt\",";

    @TempDir
    Path home;

    private OAuthHouse house;
    private String app;

    @BeforeEach
    void open() throws Exception {
        house = new OAuthHouse(TestDatabase.SQLITE, home);
        app = register("\"jwks_uri\":\"" + PLACE + "\"").text("client_id");
    }

    @AfterEach
    void close() {
        house.close();
    }

    private Answer register(String more) {
        return send(BODY + more + "}");
    }

    private Answer send(String body) {
        return house.send(house.one, HttpMethod.POST, RegistrationEndpoint.PATH, "application/json", body, Map.of());
    }

    private static ECKey key(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private void publish(JWK... keys) {
        publish(new JWKSet(List.of(keys)).toString(), "max-age=600");
    }

    private void publish(String body, @Nullable String cacheControl) {
        house.documents.put(
                PLACE,
                new Fetched.Document(
                        200, "application/jwk-set+json", cacheControl, body.getBytes(StandardCharsets.UTF_8)));
    }

    private String assertion(String client, ECKey key, JWSHeader header) throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(client)
                .subject(client)
                .audience(OAuthHouse.ISSUER)
                .jwtID(UUID.randomUUID().toString())
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    /** Whether the client is taken for who it says it is, at an endpoint that asks for no more. */
    private int asks(String client, ECKey key) throws JOSEException {
        return asks(assertion(
                client,
                key,
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build()));
    }

    private int asks(String assertion) {
        return house.post(
                        RevocationEndpoint.PATH,
                        Map.of(
                                "token",
                                "tgr_none",
                                "client_assertion_type",
                                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                                "client_assertion",
                                assertion))
                .status();
    }

    @Test
    void theKeysAreFetchedFromWhereTheClientSaysAndThenKept() throws JOSEException {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        assertEquals(List.of(), house.fetched, "at registration nothing is fetched");
        assertEquals(200, asks(app, key));
        assertEquals(200, asks(app, key));
        assertEquals(401, asks(app, key("a")), "another's, of the same name");
        assertEquals(List.of(URI.create(PLACE)), house.fetched);
        house.pass(Duration.ofMinutes(11));
        assertEquals(200, asks(app, key));
        assertEquals(2, house.fetched.size(), "its sender has said for how long");
    }

    @Test
    void aKeyIsRotatedByItsOwnerAndTheOldOneEnds() throws JOSEException {
        ECKey first = key("a");
        ECKey second = key("b");
        publish(first.toPublicJWK());
        assertEquals(200, asks(app, first));
        publish(second.toPublicJWK());
        assertEquals(401, asks(app, second), "looked at a moment ago");
        house.pass(ClientKeySets.BETWEEN);
        assertEquals(200, asks(app, second));
        house.pass(ClientKeySets.BETWEEN);
        assertEquals(401, asks(app, first));
    }

    @Test
    void aKeyOfTheSameNameOrOfNoneIsRotatedToo() throws JOSEException {
        ECKey first = key("a");
        ECKey second = key("a");
        publish(first.toPublicJWK());
        assertEquals(200, asks(app, first));
        publish(second.toPublicJWK());
        house.pass(ClientKeySets.BETWEEN);
        assertEquals(200, asks(assertion(app, second, new JWSHeader(JWSAlgorithm.ES256))));
    }

    @Test
    void whoeverNamesKeysThatAreNotThereCausesOneLookAMinute() throws JOSEException {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        assertEquals(200, asks(app, key));
        for (int minute = 1; minute <= 3; minute++) {
            house.pass(ClientKeySets.BETWEEN);
            for (int i = 0; i < 20; i++) {
                assertEquals(401, asks(app, key("x" + i)));
            }
            assertEquals(1 + minute, house.fetched.size());
            assertEquals(200, asks(app, key), "and the owner's is good all the while");
        }
    }

    @Test
    void manyAtOnceCauseOneLook() throws Exception {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            all.add(() -> asks(app, key));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var each : threads.invokeAll(all)) {
                assertEquals(200, each.get());
            }
        }
        assertEquals(1, house.fetched.size());
    }

    @Test
    void oneHostIsNotAskedMoreThanTenTimesAMinuteHoweverManyClientsNameIt() throws JOSEException {
        ECKey key = key("a");
        for (int i = 0; i < 15; i++) {
            house.address = "192.0.2." + i;
            String place = "https://victim.example/" + i;
            assertEquals(401, asks(register("\"jwks_uri\":\"" + place + "\"").text("client_id"), key));
        }
        assertEquals(10, house.fetched.size());
    }

    private String vouchedFor(String place) {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURI(URI.create("https://app.example/cb"));
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
        metadata.setJWKSetURI(URI.create(place));
        return house.server()
                .clients()
                .create(metadata, "robots", "owner")
                .client()
                .id();
    }

    @Test
    void unknownClientsOfTheKeysHostDoNotKeepItsClientOut() throws JOSEException {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        for (int i = 0; i < FetchLimits.OF_NEWCOMERS + FetchLimits.OF_ONE_HOST; i++) {
            String host = i < FetchLimits.OF_ONE_HOST ? "app.example" : "h" + i + ".evil.example";
            assertTrue(
                    house.server().clients().find("https://" + host + "/r" + i).isEmpty());
        }
        assertEquals(FetchLimits.OF_NEWCOMERS, house.fetched.size());
        assertEquals(200, asks(app, key));
    }

    @Test
    void anAdministratorsClientOfAHostThatStrangersHaveUsedUpGetsItsFirstLook() throws JOSEException {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        String ours = vouchedFor(PLACE);
        for (int i = 0; i < FetchLimits.OF_ONE_HOST; i++) {
            house.address = "192.0.2." + i;
            assertEquals(
                    401, asks(register("\"jwks_uri\":\"" + PLACE + i + "\"").text("client_id"), key));
        }
        assertEquals(401, asks(app, key), "a stranger's, at a host whose room is used up");
        assertEquals(200, asks(ours, key));
    }

    /** Their owner may have taken them back. */
    @Test
    void keysThatArePastTheirTimeOpenNothingWhereNewOnesCannotBeHad() throws JOSEException {
        ECKey key = key("a");
        publish(key.toPublicJWK());
        assertEquals(200, asks(app, key));
        house.documents.clear();
        house.pass(Duration.ofMinutes(9));
        assertEquals(200, asks(app, key));
        house.pass(Duration.ofMinutes(2));
        assertEquals(401, asks(app, key));
    }

    @Test
    void aSetThatIsNotWhatItShouldBeOpensNothing() throws JOSEException {
        ECKey key = key("a");
        byte[] secret = new byte[32];
        JWK shared = new OctetSequenceKey.Builder(secret).keyID("a").build();
        List<JWK> eleven = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            eleven.add(i == 0 ? key.toPublicJWK() : key("k" + i).toPublicJWK());
        }
        for (String body : List.of(
                "",
                "[]",
                "{\"keys\":7}",
                key.toPublicJWK().toString(),
                new JWKSet(key).toString(false),
                new JWKSet(shared).toString(false),
                new JWKSet(eleven).toString())) {
            publish(body, null);
            assertEquals(401, asks(app, key), body);
            house.pass(ClientKeySets.BETWEEN);
        }
    }

    @Test
    void anAnswerThatIsNoneOpensNothingAndNothingOfItStays() throws JOSEException {
        ECKey key = key("a");
        byte[] good = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
        for (int status : List.of(302, 404, 500)) {
            house.documents.put(PLACE, new Fetched.Document(status, "application/json", null, good));
            assertEquals(401, asks(app, key), "status " + status);
            house.pass(ClientKeySets.BETWEEN);
        }
        publish(key.toPublicJWK());
        assertEquals(200, asks(app, key));
    }

    /** RFC 7515 section 4.1.2: anybody can write it into the head of what they sign. */
    @Test
    void aPlaceThatTheAssertionItselfNamesIsNotAsked() throws JOSEException {
        ECKey owners = key("a");
        ECKey thiefs = key("t");
        publish(owners.toPublicJWK());
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .keyID("t")
                .jwk(thiefs.toPublicJWK())
                .jwkURL(URI.create("https://thief.example/keys"))
                .build();
        assertEquals(401, asks(assertion(app, thiefs, header)));
        assertEquals(List.of(URI.create(PLACE)), house.fetched);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"jwks_uri\":\"http://app.example/keys\"",
                "\"jwks_uri\":\"HTTP://169.254.169.254/\"",
                "\"jwks_uri\":\"file:///etc/passwd\"",
                "\"jwks_uri\":\"https:///keys\"",
                "\"jwks_uri\":\"https://127.1/keys\"",
                "\"jwks_uri\":\"https://user:secret@app.example/keys\"",
                "\"jwks_uri\":\"https://app.example/keys#a\"",
                "\"jwks_uri\":\"/keys\"",
                "\"jwks_uri\":\"https://app example/\"",
                "\"jwks_uri\":7",
                "\"jwks_uri\":\"https://app.example/keys\",\"jwks\":{\"keys\":[]}",
                "\"jwks_uri\":null"
            })
    void aPlaceThatCannotBeFetchedIsNotRegistered(String more) {
        Answer answer = register(more);
        assertEquals(400, answer.status(), more);
        assertEquals("invalid_client_metadata", answer.error(), more);
        assertEquals(List.of(), house.fetched);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "client_secret_basic", "client_secret_post"})
    void whereNoKeyIsAskedForThePlaceIsLeftOut(String method) {
        Answer answer = send("{\"redirect_uris\":[\"https://app.example/cb\"],\"token_endpoint_auth_method\":\""
                + method + "\",\"jwks_uri\":\"http://169.254.169.254/\"}");
        assertEquals(201, answer.status(), answer.body().toString());
        assertTrue(answer.body().path("jwks_uri").isMissingNode(), "what does not hold is not answered");
        assertTrue(house.server().clients().find(answer.text("client_id")).isPresent());
        assertEquals(List.of(), house.fetched);
    }

    @Test
    void aClientThatIsADocumentMayNameThePlaceOfItsKeys() throws JOSEException {
        String id = "https://tool.example/client.json";
        ECKey key = key("a");
        publish(key.toPublicJWK());
        String document = "{\"client_id\":\"" + id + "\",\"redirect_uris\":[\"https://tool.example/cb\"],"
                + "\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks_uri\":\"" + PLACE + "\"}";
        house.documents.put(
                id, new Fetched.Document(200, "application/json", null, document.getBytes(StandardCharsets.UTF_8)));
        assertEquals(200, asks(id, key));
        assertEquals(401, asks(id, key("a")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[64:ff9b::7f00:1]",
                "169.254.169.254",
                "[fd00:ec2::254]",
                "inside.example",
                "rebinding.example"
            })
    void aPlaceInsideIsNotCalledInWhateverForm(String host) throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HostLookup lookup = name -> switch (name) {
            case "inside.example" -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
            case "rebinding.example" ->
                new InetAddress[] {InetAddress.ofLiteral(asked.incrementAndGet() == 1 ? "203.0.113.7" : "127.0.0.1")};
            default -> InetAddress.getAllByName(name);
        };
        Vertx vertx = Vertx.vertx();
        try (ServerSocket inside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JudgedFetch fetch =
                    new JudgedFetch(vertx, lookup, threads, Duration.ofSeconds(2), DocumentFetch.MOST_AT_ONCE);
            ClientKeySets sets = new ClientKeySets(
                    DocumentFetch.judged(fetch), new FetchLimits(TimeMeter.SYSTEM_NANOTIME), InstantSource.system());
            URI place = URI.create("https://" + host + ":" + inside.getLocalPort() + "/keys");
            assertTrue(ClientKeySets.mayBeFetched(place), "the address itself is judged when it is fetched");
            assertEquals(List.of(), sets.find(place, false, new JWSHeader(JWSAlgorithm.ES256), false));
            inside.setSoTimeout(1);
            assertThrows(SocketTimeoutException.class, () -> inside.accept().close());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        assertFalse(asked.get() > 1, "judged once, and called where it was judged");
    }
}
