package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.client.ClientMetadata;
import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Front;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.OutsidePerson;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.upstream.Fetched;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.PageFailures;
import dev.tollgate.web.Pages;
import dev.tollgate.web.Params;
import dev.tollgate.web.PlainErrors;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The authorization server behind the real front, with people, pages and endpoints for programs, spoken to over HTTP. */
final class PageHouse implements AutoCloseable {
    static final String REDIRECT = "https://app.example/cb";
    private static final byte[] KEY = "a key for tests: thirty-two bytes and more".getBytes(StandardCharsets.UTF_8);
    private static final String FORM = "application/x-www-form-urlencoded";

    final AtomicLong now = new AtomicLong(System.currentTimeMillis());
    final List<String> audited = Collections.synchronizedList(new ArrayList<>());
    final Map<String, AccessGrant> capped = new ConcurrentHashMap<>();
    /** Sees what the caps are set for, before they are. */
    Consumer<AccessGrant> capping = grant -> {};

    final Map<String, GrantUse.Use> uses = new ConcurrentHashMap<>();
    final Map<String, String> documents = new ConcurrentHashMap<>();
    final PeopleServices people;
    final AuthorizationServer server;
    final String url;

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Store store;

    PageHouse(Path home) throws Exception {
        store = Store.open(TestDatabase.SQLITE.fresh(home));
        String[] address = {""};
        Clock clock = new Moved();
        AuditTrail trail = (tx, actor, action, subject, detail) ->
                audited.add(actor + " " + action + " " + subject + " " + detail);
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(home, Map.of()), Optional.empty());
        people = PeopleServices.open(
                store, trail, clock, barrier.derive("people"), barrier.sealer(PeopleServices.SEALED), () -> address[0]);
        server = new AuthorizationServer(
                new AuthorizationServer.Ground(
                        store,
                        trail,
                        new Events(),
                        clock,
                        barrier.sealer(AuthorizationServer.SEALED),
                        barrier.derive("oauth"),
                        () -> address[0]),
                OAuthSettings.DEFAULT,
                id -> people.people()
                        .byId(id)
                        .map(each -> new Persons.Profile(
                                each.id(),
                                each.name(),
                                each.email(),
                                each.account(),
                                each.role().administers())),
                (uri, most) -> fetched(uri),
                new Caps(),
                SubjectTokens.NONE);
        people.people().listen(server.ofPeople());
        Pages pages = new Pages(() -> address[0], KEY, clock);
        server.add(PersonEndpoints.all(
                server,
                new PersonEndpoints.Ground(
                        people.sessions(), pages, () -> address[0], () -> address[0], grants -> uses, clock)));
        Context context = vertx.getOrCreateContext();
        WebRoutes routes =
                new WebRoutes(context, blocking, ClientAddress.behind(List.of()), new PageFailures(pages, clock));
        server.declare(routes);
        server.declarePages(routes);
        Front front = new Front(routes.routes(), token -> false, new PlainErrors(), ClientAddress.behind(List.of()));
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(v -> front.listen(
                        vertx,
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0).setMaxInitialLineLength(16 << 10))
                .onSuccess(listening::complete)
                .onFailure(listening::completeExceptionally));
        url = "http://localhost:" + listening.get().actualPort();
        address[0] = url;
    }

    private final class Moved extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(now.get());
        }
    }

    private final class Caps implements SpendingCaps {
        @Override
        public void set(AccessGrant grant) {
            capping.accept(grant);
            capped.put(grant.id(), grant);
        }

        @Override
        public void lift(AccessGrant grant) {
            capped.remove(grant.id());
        }
    }

    private Fetched fetched(URI uri) {
        String document = documents.get(uri.toString());
        return document == null
                ? new Fetched.Nothing("it is away")
                : new Fetched.Document(200, "application/json", null, document.getBytes(StandardCharsets.UTF_8));
    }

    void pass(Duration time) {
        store.write(tx -> true); // what was queued before is durable
        now.addAndGet(time.toMillis());
    }

    /** An app that registered itself. */
    Client app(String... redirects) {
        return server.clients().register(metadata(redirects)).client();
    }

    /** An app that an administrator vouches for. */
    Client known(String... redirects) {
        return server.clients().create(metadata(redirects), "team", "owner").client();
    }

    /** An app that registered itself under that name. */
    Client named(String name) {
        ClientMetadata metadata = metadata();
        metadata.setName(name);
        return server.clients().register(metadata).client();
    }

    private static ClientMetadata metadata(String... redirects) {
        ClientMetadata metadata = new ClientMetadata();
        for (String each : redirects.length == 0 ? new String[] {REDIRECT} : redirects) {
            URI uri = URI.create(each);
            metadata.setRedirectionURIs(
                    metadata.getRedirectionURIs() == null ? Set.of(uri) : both(metadata.getRedirectionURIs(), uri));
        }
        metadata.setName("Notes");
        metadata.setTokenEndpointAuthMethod(ClientAuthenticationMethod.NONE);
        return metadata;
    }

    private static Set<URI> both(Set<URI> some, URI more) {
        Set<URI> all = new LinkedHashSet<>(some);
        all.add(more);
        return all;
    }

    /** The authorization request of a client that does everything right, with changes; an empty value leaves one out. */
    static String authorize(Client client, String... changes) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("client_id", client.id());
        parameters.put("redirect_uri", REDIRECT);
        parameters.put("response_type", "code");
        parameters.put("state", "s-1");
        parameters.put("code_challenge", OAuthHouse.CHALLENGE);
        parameters.put("code_challenge_method", "S256");
        for (int i = 0; i < changes.length; i += 2) {
            parameters.put(changes[i], changes[i + 1]);
        }
        parameters.values().removeIf(String::isEmpty);
        return AuthorizeEndpoint.PATH + "?" + encode(parameters);
    }

    static Map<String, String> codeForm(Client client, String code) {
        return OAuthHouse.codeForm(client, code);
    }

    private static String encode(Map<String, String> parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", pairs);
    }

    /** What came back. */
    record Seen(int status, String body, HttpHeaders headers) {
        String location() {
            assertEquals(303, status, body);
            return headers.firstValue("location").orElseThrow();
        }

        /** The parameters of where the answer goes on to. */
        Params onward() {
            String to = status == 303 ? location() : continued();
            Params params = Params.parse(URI.create(to).getRawQuery());
            assertNotNull(params);
            return params;
        }

        /** Where the page goes on to by itself. */
        String continued() {
            Matcher refresh = Pattern.compile("http-equiv=\"refresh\" content=\"0;url=([^\"]*)\"")
                    .matcher(body);
            assertTrue(refresh.find(), body);
            return unescaped(refresh.group(1));
        }

        /** The value of a hidden field. */
        String hidden(String name) {
            Matcher field =
                    Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(body);
            assertTrue(field.find(), name + " is not in " + body);
            return unescaped(field.group(1));
        }

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        private static String unescaped(String html) {
            return html.replace("&#34;", "\"")
                    .replace("&#39;", "'")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&");
        }
    }

    /** A browser of somebody, or of nobody yet. */
    final class Browser {
        private final Map<String, String> cookies = new LinkedHashMap<>();

        private String personId = "";

        Seen get(String path, String... headers) {
            return send(to(path).GET(), headers);
        }

        Seen post(String path, Map<String, String> form, String... headers) {
            return send(to(path).header("content-type", FORM).POST(BodyPublishers.ofString(encode(form))), headers);
        }

        /** Sends a form of a page, as a person would who fills in these fields. */
        Seen submit(Seen page, String path, String... fields) {
            assertTrue(page.body().contains("action=\"" + path + "\""), page.body());
            Map<String, String> form = new LinkedHashMap<>();
            form.put("csrf", page.hidden("csrf"));
            for (String hidden : List.of("request", "user_code")) {
                if (page.body().contains("type=\"hidden\" name=\"" + hidden + "\"")) {
                    form.put(hidden, page.hidden(hidden));
                }
            }
            for (int i = 0; i < fields.length; i += 2) {
                form.put(fields[i], fields[i + 1]);
            }
            return post(path, form, "origin", url, "sec-fetch-site", "same-origin");
        }

        private HttpRequest.Builder to(String path) {
            return HttpRequest.newBuilder(URI.create(url + path));
        }

        private Seen send(HttpRequest.Builder request, String... headers) {
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            if (!cookies.isEmpty()) {
                request.header("cookie", cookie());
            }
            try {
                HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());
                for (String set : reply.headers().allValues("set-cookie")) {
                    String pair = set.substring(0, set.indexOf(';'));
                    int equals = pair.indexOf('=');
                    cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
                }
                return new Seen(reply.statusCode(), reply.body(), reply.headers());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private void holds(NewSession in) {
            personId = in.person().id();
            cookies.put(Cookies.SESSION, in.cookie());
        }

        String personId() {
            return personId;
        }

        /** What it sends as the cookie header. */
        String cookie() {
            List<String> pairs = new ArrayList<>();
            cookies.forEach((name, value) -> pairs.add(name + "=" + value));
            return String.join("; ", pairs);
        }
    }

    Browser nobody() {
        return new Browser();
    }

    /** A browser in which somebody has just signed in who was not here before. */
    Browser person(String email) {
        return person(email, Role.MEMBER);
    }

    /** The same of somebody in that role. */
    Browser person(String email, Role role) {
        Visitor visitor = new Visitor("127.0.0.1", "Mozilla/5.0 Firefox/140.0", null, null);
        Redeemed redeemed = people.invitations()
                .redeem(
                        people.invitations()
                                .invite(email, role, List.of(), Actor.OWNER_TOKEN)
                                .text(),
                        "Ada",
                        visitor);
        Browser browser = new Browser();
        browser.holds(assertInstanceOf(Redeemed.Done.class, redeemed).signedIn());
        return browser;
    }

    /** Somebody who came in through a provider just now; when they signed in there, nobody knows. */
    Browser fromElsewhere(String email, Role role) {
        people.invitations().invite(email, role, List.of(), Actor.OWNER_TOKEN);
        Redeemed redeemed = people.invitations()
                .redeemByEmail(
                        new OutsidePerson("https://okta.example.com", email, email, true, "Ada", null),
                        new Visitor("127.0.0.1", "Mozilla/5.0 Firefox/140.0", null, null));
        Browser browser = new Browser();
        browser.holds(assertInstanceOf(Redeemed.Done.class, redeemed).signedIn());
        return browser;
    }

    /** Allows what a consent page asks for. */
    static Seen allow(Browser browser, Seen consent) {
        return allow(browser, consent, "P30D");
    }

    static Seen allow(Browser browser, Seen consent, String accessFor) {
        return browser.submit(
                consent,
                "/oauth/consent",
                "decision",
                "allow",
                "cap_usd",
                "5.00",
                "cap_window",
                "day",
                "access_for",
                accessFor);
    }

    boolean opens(JsonNode tokens) {
        return server.accessTokens().find(tokens.path("access_token").asString(""), now.get()) != null;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        blocking.close();
        http.close();
        server.close();
        store.close();
    }
}
