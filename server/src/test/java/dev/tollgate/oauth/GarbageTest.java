package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.ISSUER;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import io.vertx.core.http.HttpMethod;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a stranger sends to an endpoint for programs is answered in the form of its RFC: it is never our fault. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class GarbageTest {
    private static final List<String> NAMES = List.of(
            "grant_type",
            "code",
            "redirect_uri",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "code_verifier",
            "refresh_token",
            "device_code",
            "scope",
            "resource",
            "audience",
            "subject_token",
            "subject_token_type",
            "actor_token",
            "actor_token_type",
            "requested_token_type",
            "assertion",
            "token",
            "token_type_hint",
            "response_type",
            "response_mode",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "dpop_jkt",
            "request",
            "request_uri",
            "prompt",
            "max_age",
            "login_hint",
            "ui_locales",
            "acr_values",
            "claims",
            "claims_locales",
            "display",
            "id_token_hint",
            "purpose",
            "authorization_details");

    static final List<String> VALUES = List.of(
            " ",
            "\t",
            "\u0000",
            "%",
            "null",
            "[]",
            "[null]",
            "{}",
            "{\"a\":null}",
            "\"",
            "://",
            "https://",
            "http://[",
            "https:// ",
            "urn:",
            "urn:x:y",
            "-1",
            "9".repeat(40),
            "0",
            "eyJ",
            "eyJ.eyJ.x",
            "eyJhbGciOiJub25lIn0.e30.",
            "eyJhbGciOiJFUzI1NiJ9.e30.AA",
            "\u202e",
            "\ud83d\ude00",
            "x".repeat(3_000),
            ",",
            "a b",
            " a",
            "#",
            "a#b",
            "code token",
            "S256",
            "none",
            "query",
            "openid",
            ISSUER,
            ISSUER + "/mcp/ ",
            ISSUER + "/mcp/a#b",
            "tgc_",
            "tgr_",
            "tgd_",
            "urn:ietf:params:oauth:request_uri:");

    private static final List<String> MEMBERS = List.of(
            "redirect_uris",
            "token_endpoint_auth_method",
            "grant_types",
            "response_types",
            "client_name",
            "client_name#de",
            "client_name#",
            "client_uri",
            "logo_uri",
            "scope",
            "contacts",
            "tos_uri",
            "policy_uri",
            "jwks_uri",
            "jwks",
            "software_id",
            "software_version",
            "software_statement",
            "application_type",
            "subject_type",
            "sector_identifier_uri",
            "default_max_age",
            "require_auth_time",
            "default_acr_values",
            "initiate_login_uri",
            "request_uris",
            "id_token_signed_response_alg",
            "request_object_signing_alg",
            "tls_client_auth_subject_dn",
            "dpop_bound_access_tokens",
            "require_pushed_authorization_requests",
            "backchannel_logout_uri",
            "post_logout_redirect_uris",
            "organization_name",
            "authorization_details_types",
            "client_id",
            "account");

    private static final List<String> JSON = List.of(
            "null",
            "[null]",
            "[[]]",
            "[{}]",
            "[\" \"]",
            "[\"\"]",
            "{}",
            "{\"keys\":null}",
            "{\"keys\":[null]}",
            "{\"keys\":[{}]}",
            "{\"keys\":[{\"kty\":null}]}",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\" \"}]}",
            "\" \"",
            "\"\"",
            "\"\\u0000\"",
            "0",
            "-1",
            "1e400",
            "true",
            "\"none\"",
            "[\"https://a.example/\",null]");

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable OAuthHouse open;
    private int sent;

    @BeforeEach
    void openHouse() throws SQLException {
        open = new OAuthHouse(kind, home);
    }

    @AfterEach
    void closeHouse() {
        house().close();
    }

    private OAuthHouse house() {
        assertNotNull(open);
        return open;
    }

    /** Each from an address of its own, so that none is refused for being one too many. */
    private String anotherAddress() {
        sent++;
        return "10." + (sent >> 16 & 255) + "." + (sent >> 8 & 255) + "." + (sent & 255);
    }

    private Answer post(String path, Map<String, String> form, Map<String, String> headers) {
        house().address = anotherAddress();
        String told = path + " " + form + " " + headers;
        Answer answer = assertDoesNotThrow(() -> house().post(house().one, path, form, headers), told);
        assertTrue(answer.status() < 500 && answer.status() != 429, told + " " + answer.status());
        if (answer.status() >= 400) {
            assertNotEquals("", answer.error(), told);
        }
        return answer;
    }

    /** A request to an endpoint that would do. */
    private record Base(String path, Map<String, String> form) {}

    private List<Base> bases() {
        Clients.NewClient service = house().service();
        Client app = house().app();
        AccessGrant grant = house().grant(app, "openid", "models:use");
        Map<String, String> secret = Map.of("client_id", service.client().id(), "client_secret", service.secret());
        Answer tokens = house().token(OAuthHouse.codeForm(app, house().code(app, grant)));
        String refresh = tokens.text("refresh_token");
        String access = tokens.text("access_token");
        List<Base> bases = new ArrayList<>();
        bases.add(new Base(TokenEndpoint.PATH, OAuthHouse.codeForm(app, house().code(app, grant))));
        bases.add(new Base(TokenEndpoint.PATH, OAuthHouse.refreshForm(app, refresh)));
        bases.add(new Base(TokenEndpoint.PATH, OAuthHouse.deviceForm("tgd_x")));
        bases.add(new Base(TokenEndpoint.PATH, with(secret, "grant_type", "client_credentials")));
        bases.add(new Base(
                TokenEndpoint.PATH,
                with(
                        secret,
                        "grant_type",
                        GrantType.TOKEN_EXCHANGE.getValue(),
                        "subject_token",
                        access,
                        "subject_token_type",
                        "urn:ietf:params:oauth:token-type:access_token")));
        bases.add(new Base(
                TokenEndpoint.PATH, Map.of("grant_type", GrantType.JWT_BEARER.getValue(), "assertion", "eyJ.e30.x")));
        bases.add(new Base(DeviceEndpoint.PATH, Map.of("client_id", Clients.CLI, "scope", "models:use")));
        bases.add(new Base(
                PushEndpoint.PATH,
                Map.of(
                        "client_id",
                        app.id(),
                        "response_type",
                        "code",
                        "redirect_uri",
                        OAuthHouse.REDIRECT,
                        "scope",
                        "openid",
                        "code_challenge",
                        OAuthHouse.CHALLENGE,
                        "code_challenge_method",
                        "S256")));
        bases.add(new Base(RevocationEndpoint.PATH, with(secret, "token", refresh)));
        bases.add(new Base(IntrospectionEndpoint.PATH, with(secret, "token", access)));
        return bases;
    }

    private static Map<String, String> with(Map<String, String> form, String... more) {
        Map<String, String> all = new LinkedHashMap<>(form);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    @Test
    void noParameterThatIsBlankIsAFaultOfOurs() {
        for (Base base : bases()) {
            for (String name : NAMES) {
                post(base.path, with(base.form, name, " "), Map.of());
            }
        }
    }

    @Test
    void noMixtureOfParametersIsAFaultOfOurs() {
        long seed = Long.getLong("tollgate.seed", System.nanoTime());
        System.out.println("GarbageTest -Dtollgate.seed=" + seed);
        Random random = new Random(seed);
        List<Base> bases = bases();
        for (int i = 0; i < 1_200; i++) {
            Base base = bases.get(random.nextInt(bases.size()));
            Map<String, String> form = new HashMap<>(base.form);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                form.put(
                        random.nextBoolean()
                                ? NAMES.get(random.nextInt(NAMES.size()))
                                : List.copyOf(base.form.keySet()).get(random.nextInt(base.form.size())),
                        VALUES.get(random.nextInt(VALUES.size())));
            }
            post(base.path, form, Map.of());
        }
    }

    @Test
    void noHeaderIsAFaultOfOurs() {
        List<Base> bases = bases();
        for (String each : List.of(
                "Basic",
                "Basic ",
                "Basic %%%",
                "Basic Og==",
                "Basic IDog",
                "Basic OmE=",
                "Basic JTo=",
                "Bearer",
                "Bearer ",
                "DPoP eyJ",
                "Negotiate x",
                " ",
                ":")) {
            for (Base base : bases) {
                post(base.path, with(base.form, "client_secret", ""), Map.of("authorization", each));
            }
            house().address = anotherAddress();
            Answer who = assertDoesNotThrow(() -> house().send(
                            house().one,
                            HttpMethod.GET,
                            UserInfoEndpoint.PATH,
                            null,
                            "",
                            Map.of("authorization", each, "dpop", "eyJ")));
            assertTrue(who.status() < 500);
        }
    }

    @Test
    void noProofIsAFaultOfOurs() throws JOSEException {
        Base base = bases().getFirst();
        ECKey key = new ECKeyGenerator(Curve.P_256).generate();
        String nonce = String.valueOf(
                post(base.path, base.form, Map.of("dpop", "x")).headers().get("dpop-nonce"));
        Map<String, String> good = new LinkedHashMap<>();
        good.put("nonce", "\"" + nonce + "\"");
        good.put("jti", "\"j\"");
        good.put("htm", "\"POST\"");
        good.put("htu", "\"" + ISSUER + TokenEndpoint.PATH + "\"");
        good.put("iat", String.valueOf(house().now.get() / 1_000));
        for (String name : good.keySet()) {
            for (String value : JSON) {
                Map<String, String> claims = new LinkedHashMap<>(good);
                claims.put(name, value);
                post(base.path, base.form, Map.of("dpop", proof(key, claims)));
            }
        }
        for (String value : VALUES) {
            post(base.path, base.form, Map.of("dpop", value.replaceAll("[^ -~]", "?")));
        }
    }

    private static String proof(ECKey key, Map<String, String> claims) throws JOSEException {
        List<String> members = new ArrayList<>();
        claims.forEach((name, value) -> members.add("\"" + name + "\":" + value));
        JWSObject proof = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("dpop+jwt"))
                        .jwk(key.toPublicJWK())
                        .build(),
                new Payload("{" + String.join(",", members) + "}"));
        proof.sign(new ECDSASigner(key));
        return proof.serialize();
    }

    @Test
    void noRegistrationIsAFaultOfOursNowOrLater() {
        for (String method : List.of("none", "private_key_jwt", "client_secret_basic")) {
            for (String member : MEMBERS) {
                for (String value : JSON) {
                    register("{\"redirect_uris\":[\"https://a.example/cb\"],\"token_endpoint_auth_method\":\"" + method
                            + "\",\"" + member + "\":" + value + "}");
                }
            }
        }
        for (String body : List.of("", " ", "null", "[]", "{", "{\"\":null}", "\u0000", "\"x\"", "[".repeat(4_000))) {
            register(body);
        }
    }

    private void register(String body) {
        house().address = anotherAddress();
        Answer answer = assertDoesNotThrow(
                () -> house().send(
                                house().one,
                                HttpMethod.POST,
                                RegistrationEndpoint.PATH,
                                "application/json",
                                body,
                                Map.of()),
                body);
        assertTrue(answer.status() == 201 || answer.status() == 400, body + " " + answer.status());
        if (answer.status() == 201) {
            String id = answer.text("client_id");
            assertTrue(
                    assertDoesNotThrow(() -> house().server().clients().find(id), body)
                            .isPresent(),
                    body);
        } else {
            assertTrue(
                    List.of("invalid_client_metadata", "invalid_redirect_uri", "invalid_request")
                            .contains(answer.error()),
                    body + answer.body());
        }
    }
}
