package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.id.ClientID;
import dev.tollgate.identity.Apps;
import dev.tollgate.identity.Apps.Traits;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.TestDatabase;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that an administrator can say of an app, at first and later. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ChangedAppsTest extends InOAuthHouse {
    private static final String ADMIN = "olga";
    private static final String BY_KEY = "private_key_jwt";
    private static final String BYE = "https://app.example/bye";

    private Apps apps() {
        return house().server().apps();
    }

    private static final Traits NOTHING = new Traits(null, null, null, null, null, null, null, null, null);

    private static Traits named(String name) {
        return new Traits(name, null, null, null, null, null, null, null, null);
    }

    private static Traits authenticating(@Nullable String method, @Nullable String jwks) {
        return new Traits("Nightly", null, null, null, method, jwks, null, null, null);
    }

    private static ECKey key(String id) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private static String jwks(ECKey key) {
        return new JWKSet(key).toString(true);
    }

    private OAuthHouse.Answer bySecret(String id, String secret) {
        return house().token(Map.of("grant_type", "client_credentials", "client_id", id, "client_secret", secret));
    }

    private OAuthHouse.Answer byKey(String id, ECKey key) throws JOSEException {
        PrivateKeyJWT assertion = new PrivateKeyJWT(
                new ClientID(id),
                URI.create(OAuthHouse.ISSUER),
                JWSAlgorithm.ES256,
                key.toPrivateKey(),
                key.getKeyID(),
                null);
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        assertion.toParameters().forEach((name, values) -> form.put(name, values.getFirst()));
        return house().token(form);
    }

    private String keptRow(String id) {
        return house().one
                .store()
                .read(handle -> handle.createQuery("SELECT * FROM oauth_client WHERE id = :id")
                        .bind("id", id)
                        .mapToMap()
                        .list())
                .toString();
    }

    @Test
    void aServiceProvesItselfByItsKey() throws JOSEException {
        ECKey key = key("k1");
        Apps.NewApp made = apps().create(authenticating(null, jwks(key)), ADMIN);
        assertEquals("", made.secret(), "it has nothing to leak");
        assertEquals(BY_KEY, made.app().authMethod());
        assertEquals(made.app(), apps().find(made.app().id()));
        assertEquals(200, byKey(made.app().id(), key).status());
        assertEquals("invalid_client", byKey(made.app().id(), key("k1")).error(), "another's key");

        ECKey next = key("k2");
        apps().change(made.app().id(), authenticating(null, jwks(next)), ADMIN);
        assertEquals(200, byKey(made.app().id(), next).status());
        assertEquals("invalid_client", byKey(made.app().id(), key).error(), "the one before");
    }

    @Test
    void aSecretIsMadeWhereOneIsNeededAndGoesWhereNoneIs() throws JOSEException {
        Apps.NewApp made = apps().create(named("Nightly"), ADMIN);
        String id = made.app().id();
        assertEquals("client_secret_basic", made.app().authMethod());
        Apps.NewApp posting = apps().change(id, authenticating("client_secret_post", null), ADMIN);
        assertEquals("", posting.secret(), "the one that it has is as good");
        assertEquals(200, bySecret(id, made.secret()).status());

        ECKey key = key("k1");
        assertEquals(
                "", apps().change(id, authenticating(BY_KEY, jwks(key)), ADMIN).secret());
        assertEquals("invalid_client", bySecret(id, made.secret()).error());
        assertEquals(200, byKey(id, key).status());

        Apps.NewApp again = apps().change(id, authenticating("client_secret_basic", null), ADMIN);
        assertNull(again.app().jwks());
        assertNotEquals(made.secret(), again.secret());
        assertEquals(200, bySecret(id, again.secret()).status());
        assertEquals("invalid_client", byKey(id, key).error());
        assertEquals("invalid_client", bySecret(id, made.secret()).error());
        assertFalse(keptRow(id).contains(again.secret()), "its hash is kept");
        assertFalse(house().audited.toString().contains(again.secret()));

        assertThrows(Refusal.class, () -> apps().change(id, authenticating(BY_KEY, null), ADMIN), "the keys are gone");

        Apps.NewApp open = apps().change(id, authenticating(Apps.PUBLIC, null), ADMIN);
        assertTrue(open.app().publicClient());
        assertEquals("invalid_client", bySecret(id, again.secret()).error());
    }

    @Test
    void whatIsNotSaidStaysAndTheAuditTrailNamesWhatChanged() {
        Traits all = new Traits(
                "Wiki",
                List.of(OAuthHouse.REDIRECT),
                List.of(BYE),
                List.of("authorization_code"),
                Apps.PUBLIC,
                null,
                true,
                List.of("openid"),
                "default");
        Apps.App before = apps().create(all, ADMIN).app();
        assertEquals(List.of(BYE), before.postLogoutRedirectUris());
        assertTrue(before.dpop());
        Client client = house().server().clients().find(before.id()).orElseThrow();
        assertEquals(List.of(BYE), client.postLogoutRedirectUris());
        assertTrue(client.dpop());

        assertEquals(before, apps().change(before.id(), NOTHING, ADMIN).app());
        assertFalse(house().audited.toString().contains("client.changed"), "nothing was");
        Apps.App renamed = apps().change(before.id(), named("Pedia"), ADMIN).app();
        assertEquals("Pedia", renamed.name());
        assertEquals(before.redirectUris(), renamed.redirectUris());
        assertEquals(before.postLogoutRedirectUris(), renamed.postLogoutRedirectUris());
        assertEquals(before.grantTypes(), renamed.grantTypes());
        assertEquals(before.scopes(), renamed.scopes());
        assertEquals(before.createdAt(), renamed.createdAt());
        assertTrue(
                house().audited.contains("olga client.changed " + before.id() + " {\"changed\":\"client_name\"}"),
                house().audited.toString());

        Traits none = new Traits(null, null, List.of(), List.of(), null, null, false, List.of(), null);
        Apps.App emptied = apps().change(before.id(), none, ADMIN).app();
        assertEquals(List.of(), emptied.postLogoutRedirectUris());
        assertEquals(List.of("authorization_code", "refresh_token"), emptied.grantTypes(), "what is usual");
        assertEquals(List.of(), emptied.scopes());
        assertFalse(emptied.dpop());
        assertEquals(emptied, apps().find(before.id()));
    }

    @Test
    void ofTwoWhoChangeItAtOnceTheSecondIsToldSo() {
        String id = apps().create(named("Nightly"), ADMIN).app().id();
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> house().server()
                        .clients()
                        .change(
                                id,
                                before -> {
                                    apps().change(id, named("First"), ADMIN);
                                    return AppDescription.changed(before, named("Second"));
                                },
                                ADMIN));
        assertEquals(Refusal.Kind.CONFLICT, refusal.kind());
        assertEquals("First", apps().find(id).name());
    }

    @Test
    void newRedirectsHoldFromTheNextSignInOn() {
        Apps.App app = apps().create(
                        new Traits("Wiki", List.of(OAuthHouse.REDIRECT), null, null, null, null, null, null, null),
                        ADMIN)
                .app();
        String other = "https://app.example/other";
        apps().change(app.id(), new Traits(null, List.of(other), null, null, null, null, null, null, null), ADMIN);
        Client client = house().node().server().clients().find(app.id()).orElseThrow();
        assertTrue(client.redirectsTo(other));
        assertFalse(client.redirectsTo(OAuthHouse.REDIRECT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{}",
                "\"text\"",
                "{\"keys\":[]}",
                "{\"keys\":[null]}",
                "{\"keys\":[{}]}",
                "{\"keys\":[{\"kty\":\"EC\"}]}",
                "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AA\",\"y\":\"AA\"}]}",
            })
    void keysThatAreNoneAreRefusedAndNothingIsKept(String jwks) {
        assertThrows(Refusal.class, () -> apps().create(authenticating(null, jwks), ADMIN));
        assertEquals(List.of(), apps().list());
    }

    @Test
    void keysThatAreNotPublicAreRefusedAndShownNowhere() throws JOSEException {
        ECKey key = key("k1");
        String secret = key.getD().toString();
        String oct = new JWKSet(new OctetSequenceKeyGenerator(256).generate()).toString(false);
        for (String jwks : List.of(new JWKSet(key).toString(false), oct)) {
            Refusal refusal = assertThrows(Refusal.class, () -> apps().create(authenticating(null, jwks), ADMIN));
            assertTrue(refusal.text().contains("not public"), refusal.text());
            assertFalse((refusal + refusal.text() + refusal.cure()).contains(secret));
        }
        assertEquals(List.of(), apps().list());
        assertFalse(house().audited.toString().contains(secret));
    }

    @Test
    void whatDoesNotGoTogetherIsRefusedAndTheAppStaysAsItWas() throws JOSEException {
        String keys = jwks(key("k1"));
        Apps.NewApp made = apps().create(named("Nightly"), ADMIN);
        String id = made.app().id();
        for (Traits bad : List.of(
                authenticating("client_secret_basic", keys),
                authenticating(Apps.PUBLIC, keys),
                authenticating(BY_KEY, null),
                authenticating("client_secret_jwt", null),
                authenticating("", null),
                authenticating(BY_KEY, "{\"keys\":[" + "1,".repeat(20_000) + "1]}"),
                named(" "),
                named("x".repeat(101)),
                new Traits(null, List.of("http://app.example/cb"), null, null, null, null, null, null, null),
                new Traits(null, null, List.of("javascript:alert(1)"), null, null, null, null, null, null),
                new Traits(null, null, List.of("http://app.example/bye"), null, null, null, null, null, null),
                new Traits(null, null, null, List.of("password"), null, null, null, null, null),
                new Traits(null, null, null, List.of("authorization_code"), null, null, null, null, null),
                new Traits(null, null, null, null, null, null, null, List.of("everything"), null),
                new Traits(null, null, null, null, null, null, null, null, "lab"))) {
            Refusal refusal = assertThrows(Refusal.class, () -> apps().change(id, bad, ADMIN), bad.toString());
            assertFalse(refusal.cure().isEmpty());
        }
        assertEquals(made.app(), apps().find(id));
        assertEquals(200, bySecret(id, made.secret()).status());
        assertFalse(house().audited.toString().contains("client.changed"));
    }

    @Test
    void onlyWhatAnAdministratorMadeIsFoundAndChanged() {
        for (String other : List.of(
                "client_x", "client_\u0000", house().app().id(), Clients.CLI, "https://tool.example/client.json")) {
            assertThrows(Refusal.class, () -> apps().find(other), other);
            assertThrows(Refusal.class, () -> apps().change(other, named("Mine"), ADMIN), other);
        }
    }
}
