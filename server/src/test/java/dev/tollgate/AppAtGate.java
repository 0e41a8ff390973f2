package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.Person;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.kernel.Json;
import dev.tollgate.oauth.AccessGrant;
import dev.tollgate.oauth.AuthorizationCodes;
import dev.tollgate.oauth.Grants;
import dev.tollgate.oauth.SpendingCap;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An app that has registered itself at a gate, and the tokens that it gets for people.
 *
 * @param id its client id
 * @param redirect where it gets its codes
 */
record AppAtGate(RunningGate gate, String id, String redirect) {
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636 appendix B

    static AppAtGate register(RunningGate gate, String redirect) throws Exception {
        String body = "{\"client_name\":\"Notes\",\"redirect_uris\":[\"" + redirect
                + "\"],\"token_endpoint_auth_method\":\"none\"}";
        HttpResponse<String> answer = gate.open("/oauth/register", "application/json", body);
        assertEquals(201, answer.statusCode(), answer.body());
        return new AppAtGate(
                gate, Json.MAPPER.readTree(answer.body()).get("client_id").stringValue(), redirect);
    }

    /** Whoever becomes the gate's first owner. */
    static Person owner(RunningGate gate, String email) {
        String first = gate.people().firstRun().issue().orElseThrow();
        return person(gate.people().firstRun().redeem(first, email, "Ann", visitor()));
    }

    static Visitor visitor() {
        return new Visitor("192.0.2.7", "test", null, null);
    }

    static Person person(Redeemed redeemed) {
        return assertInstanceOf(Redeemed.Done.class, redeemed).signedIn().person();
    }

    /** Somebody who came by an invitation. */
    static Person invited(RunningGate gate, String email, Role role) {
        String text = gate.people()
                .invitations()
                .invite(email, role, List.of(), Actor.OWNER_TOKEN)
                .text();
        return person(gate.people().invitations().redeem(text, "Somebody", visitor()));
    }

    AccessGrant grantFor(Person person, String resource, @Nullable SpendingCap cap, String... scopes) {
        return gate.authorization()
                .grants()
                .create(
                        new Grants.Draft(
                                person.id(), person.id(), "default", id, "Notes", List.of(scopes), resource, cap, null),
                        person.id());
    }

    AccessGrant grant(Person person, String... scopes) {
        return grantFor(person, gate.url(), null, scopes);
    }

    String token(AccessGrant grant) throws Exception {
        return tokens(grant, "").get("access_token").stringValue();
    }

    /**
     * The answer of the token endpoint to a code of that grant.
     *
     * @param proof of the key that the tokens are to be bound to; empty: none
     */
    JsonNode tokens(AccessGrant grant, String proof) throws Exception {
        String code = gate.authorization()
                .codes()
                .issue(new AuthorizationCodes.Draft(
                        grant.id(),
                        id,
                        redirect,
                        grant.scopes(),
                        grant.resource(),
                        CHALLENGE,
                        "",
                        "n-1",
                        System.currentTimeMillis(),
                        List.of("hwk")));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gate.url() + "/oauth/token"))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(Map.of(
                        "grant_type", "authorization_code",
                        "code", code,
                        "client_id", id,
                        "redirect_uri", redirect,
                        "code_verifier", VERIFIER))));
        HttpResponse<String> answer = send(proof.isEmpty() ? request : request.header("dpop", proof));
        assertEquals(200, answer.statusCode(), answer.body());
        return Json.MAPPER.readTree(answer.body());
    }

    /** The body of a small call. */
    static String ask(String model) {
        return "{\"model\":\"" + model
                + "\",\"max_tokens\":16,\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    }

    /** Calls a model with a token. */
    HttpResponse<String> call(String token, String model, String... headers) throws Exception {
        return gate.post("/v1/messages", token, ask(model), headers);
    }

    void assertOpensNothing(String token, String why) throws Exception {
        HttpResponse<String> answer = call(token, "sim/echo", "anthropic-version", "2023-06-01");
        assertEquals(401, answer.statusCode(), why);
        JsonNode error = Json.MAPPER.readTree(answer.body()).get("error");
        assertEquals("authentication_error", error.get("type").stringValue(), why);
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""), why);
        assertEquals(
                "Bearer realm=\"tollgate\", error=\"invalid_token\", resource_metadata=\"" + gate.url()
                        + "/.well-known/oauth-protected-resource\"",
                answer.headers().firstValue("www-authenticate").orElse(""));
        assertFalse(answer.body().contains(token), "the token is told to nobody");
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
