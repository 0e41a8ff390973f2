package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A gate's authorization server with a store, spoken to as the web kit would, and a second node beside it on the same store. */
final class OAuthHouse implements AutoCloseable {
    static final String ISSUER = "https://gate.example";
    static final String REDIRECT = "https://app.example/cb";
    static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"; // RFC 7636 appendix B
    static final Persons.Profile ANN = new Persons.Profile("per_ann", "Ann", "ann@example.com", "team", true);

    /** One process. */
    record Node(Store store, AuthorizationServer.Ground ground, AuthorizationServer server) {}

    final AtomicLong now = new AtomicLong(System.currentTimeMillis());
    final List<String> audited = Collections.synchronizedList(new ArrayList<>());
    final List<Notice> notices = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Persons.Profile> people = new ConcurrentHashMap<>(Map.of(ANN.id(), ANN));
    final List<AccessGrant> capped = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Fetched> documents = new ConcurrentHashMap<>();
    final List<URI> fetched = Collections.synchronizedList(new ArrayList<>());
    /** Sees what the caps are set for, before they are. */
    Consumer<AccessGrant> capping = grant -> {};

    SubjectTokens others = SubjectTokens.NONE;
    OAuthSettings settings = OAuthSettings.DEFAULT;
    String address = "192.0.2.7";

    private final DatabaseUrl database;
    private final List<Node> nodes = new ArrayList<>();
    final Node one;

    OAuthHouse(TestDatabase kind, Path home) throws SQLException {
        database = kind.fresh(home);
        one = node();
    }

    Node node() {
        Store store = Store.open(database);
        Events events = new Events();
        events.subscribe(notices::add);
        AuditTrail trail = (tx, actor, action, subject, detail) ->
                audited.add(actor + " " + action + " " + subject + " " + detail);
        AuthorizationServer.Ground ground = new AuthorizationServer.Ground(
                store, trail, events, () -> Instant.ofEpochMilli(now.get()), new Sealer(), new byte[32], () -> ISSUER);
        AuthorizationServer server = new AuthorizationServer(
                ground,
                settings,
                id -> Optional.ofNullable(people.get(id)),
                this::fetch,
                new Caps(),
                presented -> others.judge(presented));
        Node node = new Node(store, ground, server);
        nodes.add(node);
        return node;
    }

    private Fetched fetch(URI uri, int most) {
        fetched.add(uri);
        return documents.getOrDefault(uri.toString(), new Fetched.Nothing("it is away"));
    }

    private final class Caps implements SpendingCaps {
        @Override
        public void set(AccessGrant grant) {
            capping.accept(grant);
            capped.add(grant);
        }

        @Override
        public void lift(AccessGrant grant) {
            capped.removeIf(each -> each.id().equals(grant.id()));
        }
    }

    /** Good enough to see whether texts are sealed and opened at their place. */
    private static final class Sealer implements TextSealer {
        @Override
        public String seal(String place, String clear) {
            return Base64.getEncoder().encodeToString((place + "\n" + clear).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String open(String place, String sealed) {
            String text = new String(Base64.getDecoder().decode(sealed), StandardCharsets.UTF_8);
            if (!text.startsWith(place + "\n")) {
                throw Refusal.conflict("It was sealed for another place.", "");
            }
            return text.substring(place.length() + 1);
        }
    }

    void pass(Duration time) {
        now.addAndGet(time.toMillis());
    }

    AuthorizationServer server() {
        return one.server();
    }

    /** An app without a secret that registered itself. */
    Client app() {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURI(URI.create(REDIRECT));
        metadata.setName("App");
        metadata.setTokenEndpointAuthMethod(com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod.NONE);
        return server().clients().register(metadata).client();
    }

    /** A client that an administrator made, with a secret and every grant type. */
    Clients.NewClient service() {
        ClientMetadata metadata = new ClientMetadata();
        metadata.setRedirectionURI(URI.create(REDIRECT));
        metadata.setName("Service");
        metadata.setGrantTypes(Set.copyOf(ClientMetadataReader.ALL));
        return server().clients().create(metadata, "robots", "owner");
    }

    AccessGrant grant(Client client, String... scopes) {
        return server().grants()
                .create(
                        new Grants.Draft(
                                ANN.id(),
                                ANN.id(),
                                ANN.account(),
                                client.id(),
                                client.name(),
                                List.of(scopes),
                                ISSUER,
                                null,
                                null),
                        ANN.id());
    }

    String code(Client client, AccessGrant grant) {
        return code(client, grant, "");
    }

    String code(Client client, AccessGrant grant, String jkt) {
        return server().codes()
                .issue(new AuthorizationCodes.Draft(
                        grant.id(),
                        client.id(),
                        REDIRECT,
                        grant.scopes(),
                        grant.resource(),
                        CHALLENGE,
                        jkt,
                        "n-1",
                        now.get(),
                        List.of("hwk")));
    }

    /** What an endpoint answered. */
    record Answer(int status, JsonNode body, Map<String, String> headers) {
        String text(String name) {
            return body.path(name).asString("");
        }

        String error() {
            return text("error");
        }
    }

    Answer post(String path, Map<String, String> form) {
        return post(one, path, form, Map.of());
    }

    Answer token(Map<String, String> form) {
        return post(TokenEndpoint.PATH, form);
    }

    /** By a client that has a secret. */
    static Map<String, String> basic(Clients.NewClient client) {
        String pair = client.client().id() + ":" + client.secret();
        return Map.of(
                "authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    Answer post(Node node, String path, Map<String, String> form, Map<String, String> headers) {
        StringBuilder body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return send(node, HttpMethod.POST, path, "application/x-www-form-urlencoded", body.toString(), headers);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    Answer send(
            Node node,
            HttpMethod method,
            String path,
            @Nullable String type,
            String body,
            Map<String, String> headers) {
        MultiMap all = MultiMap.caseInsensitiveMultiMap();
        headers.forEach(all::add);
        if (type != null) {
            all.add("content-type", type);
        }
        boolean form = "application/x-www-form-urlencoded".equals(type);
        Params parsed = form ? Params.parse(body) : Params.NONE;
        WebRequest request = new WebRequest(
                method,
                path,
                Map.of(),
                Params.NONE,
                parsed == null ? Params.NONE : parsed,
                body.getBytes(StandardCharsets.UTF_8),
                all,
                address);
        ServerEndpoint endpoint = node.server().endpoints().stream()
                .filter(each -> each.path().equals(path) && each.methods().contains(method))
                .findFirst()
                .orElseThrow();
        WebReply reply;
        try {
            reply = endpoint.endpoint().handle(request);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        Map<String, String> answered = new LinkedHashMap<>();
        reply.headers().forEach(each -> answered.put(each.getKey(), each.getValue()));
        String text = new String(reply.body(), StandardCharsets.UTF_8);
        return new Answer(reply.status(), Json.MAPPER.readTree(text.isEmpty() ? "{}" : text), answered);
    }

    static Map<String, String> codeForm(Client client, String code) {
        return Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "client_id", client.id(),
                "redirect_uri", REDIRECT,
                "code_verifier", VERIFIER);
    }

    static Map<String, String> refreshForm(Client client, String token) {
        return Map.of("grant_type", "refresh_token", "refresh_token", token, "client_id", client.id());
    }

    static Map<String, String> deviceForm(String code) {
        return Map.of("grant_type", GrantType.DEVICE_CODE.getValue(), "device_code", code);
    }

    boolean opens(String accessToken) {
        return server().accessTokens().find(accessToken, now.get()) != null;
    }

    @Override
    public void close() {
        for (Node node : nodes) {
            node.server().close();
            node.store().close();
        }
    }
}
