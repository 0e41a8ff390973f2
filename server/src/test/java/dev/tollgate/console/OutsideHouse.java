package dev.tollgate.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.front.ClientAddress;
import dev.tollgate.front.Route;
import dev.tollgate.identity.people.Actor;
import dev.tollgate.identity.people.NewSession;
import dev.tollgate.identity.people.PeopleServices;
import dev.tollgate.identity.people.Redeemed;
import dev.tollgate.identity.people.Role;
import dev.tollgate.identity.people.Visitor;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.kernel.store.WriteSession;
import dev.tollgate.upstream.JudgedFetch;
import dev.tollgate.vault.Barrier;
import dev.tollgate.vault.RootKeySource;
import dev.tollgate.vault.Vault;
import dev.tollgate.web.Cookies;
import dev.tollgate.web.Pages;
import dev.tollgate.web.Params;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import dev.tollgate.web.page.SignedOutPage;
import dev.tollgate.web.page.Viewer;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.URI;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sign-in through a provider on this machine: a real store, vault, way out and pages; the browser is a jar of cookies. */
final class OutsideHouse implements AutoCloseable {
    static final String URL = "https://gate.example.com";
    static final String SECRET = "SECRET of the client";

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, WebRoutes.Endpoint> endpoints = new LinkedHashMap<>();
    final List<String> audited = Collections.synchronizedList(new ArrayList<>());
    final Store store;
    final PeopleServices people;
    final Pages pages;
    final OutsideDoor door;
    final Vault vault;
    private volatile Duration passed = Duration.ZERO;

    OutsideHouse(Path folder) throws Exception {
        store = Store.open(TestDatabase.SQLITE.fresh(folder));
        Clock clock = new Moved();
        Barrier barrier = Barrier.unseal(store, clock, RootKeySource.configured(folder, Map.of()), Optional.empty());
        people = PeopleServices.open(
                store, this::audit, clock, barrier.derive("people"), barrier.sealer(PeopleServices.SEALED), () -> URL);
        pages = new Pages(() -> URL, barrier.derive("web"), clock);
        JudgedFetch fetch = new JudgedFetch(vertx, InetAddress::getAllByName, threads, Duration.ofSeconds(5), 8);
        door = new OutsideDoor(
                store,
                this::audit,
                barrier.sealer(IdentityProviders.SEALED),
                barrier.cookieSealer("outside sign-in"),
                clock,
                fetch,
                () -> URL);
        vault = Vault.open(barrier, this::audit, new Events());
        WebRoutes routes =
                new WebRoutes(vertx.getOrCreateContext(), threads, ClientAddress.behind(List.of()), new Failures());
        door.declare(routes, people, new Doorway(people.sessions(), pages, () -> URL), endpoint -> {
            endpoints.put(String.valueOf(endpoints.size()), endpoint);
            return endpoint;
        });
        assertEquals(
                List.of(
                        "/sign-in/with/{id}",
                        "/sign-in/with/{id}/callback",
                        "/account/outside/{id}/link",
                        "/invitation/with/{id}"),
                routes.routes().stream().map(Route::path).toList());
    }

    private void audit(WriteSession tx, String actor, String action, String subject, String detail) {
        audited.add(actor + " " + action + " " + subject + " " + detail);
    }

    Instant now() {
        return Instant.now().plus(passed);
    }

    void pass(Duration time) {
        passed = passed.plus(time);
    }

    NewIdentityProvider wanted(String name, LocalIssuer issuer) {
        return new NewIdentityProvider(
                name, "Example", issuer.url, LocalIssuer.CLIENT, SECRET, List.of(), List.of(), true);
    }

    void add(String name, LocalIssuer issuer) {
        door.providers().add(wanted(name, issuer), Actor.OWNER_TOKEN);
    }

    /** An owner who has just come in. */
    NewSession owner() {
        return assertInstanceOf(
                        Redeemed.Done.class,
                        people.firstRun()
                                .redeem(
                                        people.firstRun().issue().orElseThrow(),
                                        "olga@example.com",
                                        "Olga",
                                        new Visitor("192.0.2.1", "", null, null)))
                .signedIn();
    }

    /** The secret of its link. */
    String invite(String email) {
        return people.invitations()
                .invite(email, Role.MEMBER, List.of(), Actor.OWNER_TOKEN)
                .text();
    }

    Browser browser() {
        return new Browser();
    }

    /** Cookies, and what one does with them. */
    final class Browser {
        final Map<String, String> cookies = new LinkedHashMap<>();

        Browser signedIn(NewSession session) {
            cookies.put(Cookies.SESSION, session.cookie());
            return this;
        }

        /** Sets out; gives where the browser is sent. */
        WebReply start(String provider, String query) {
            return send(0, HttpMethod.GET, provider, query, "");
        }

        /** Signs in there, which gives a code for the nonce that was asked for; and comes back. */
        WebReply throughTo(String provider, LocalIssuer issuer) {
            return back(provider, arrived(start(provider, ""), issuer));
        }

        WebReply back(String provider, String query) {
            return send(1, HttpMethod.GET, provider, query, "");
        }

        WebReply link(String provider, String form) {
            return send(2, HttpMethod.POST, provider, "", form);
        }

        /** Continues with a provider from an invitation's page. */
        WebReply accept(String provider, String form) {
            return send(3, HttpMethod.POST, provider, "", form);
        }

        /** A form's token, as a page in this browser holds it. */
        String form() {
            // With somebody's name on it, as the header's form to sign out is what holds the token here.
            WebReply page =
                    pages.show(request(HttpMethod.GET, "", "", ""), new Viewer("Any", "any"), new SignedOutPage());
            keep(page);
            Matcher token = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"").matcher(text(page));
            assertTrue(token.find(), text(page));
            return "csrf=" + token.group(1);
        }

        private void keep(WebReply reply) {
            reply.headers().stream()
                    .filter(header -> header.getKey().equals("set-cookie"))
                    .forEach(header -> keep(header.getValue()));
        }

        boolean isIn() {
            String cookie = cookies.get(Cookies.SESSION);
            return cookie != null && people.sessions().find(cookie).isPresent();
        }

        private WebReply send(int endpoint, HttpMethod method, String id, String query, String form) {
            WebRequest request = request(method, id, query, form);
            WebReply reply;
            try {
                reply = Objects.requireNonNull(endpoints.get(String.valueOf(endpoint)))
                        .handle(request);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            keep(reply);
            return reply;
        }

        /** What the browser would send. */
        WebRequest request(HttpMethod method, String id, String query, String form) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            cookies.forEach((name, value) -> headers.add("cookie", name + "=" + value));
            return new WebRequest(
                    method,
                    "/",
                    Map.of("id", id),
                    Objects.requireNonNull(Params.parse(query)),
                    Objects.requireNonNull(Params.parse(form)),
                    form.getBytes(StandardCharsets.UTF_8),
                    headers,
                    "192.0.2.9");
        }

        private void keep(String cookie) {
            String pair = cookie.substring(0, cookie.indexOf(';'));
            int equals = pair.indexOf('=');
            if (cookie.contains("Max-Age=0")) {
                cookies.remove(pair.substring(0, equals));
            } else {
                cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
    }

    /** The person signs in at the issuer, led there by a redirect or by a page: the answer's query, with the right state. */
    static String arrived(WebReply reply, LocalIssuer issuer) {
        Params asked = query(reply.status() == 303 ? location(reply) : shown(reply, issuer.url + "/authorize?"));
        issuer.nonce = Objects.requireNonNull(asked.get("nonce"));
        return "code=abc&state=" + asked.get("state");
    }

    private static String shown(WebReply reply, String beginning) {
        String html = text(reply).replace("&amp;", "&");
        int at = html.indexOf(beginning);
        assertTrue(at >= 0, html);
        return html.substring(at, html.indexOf('"', at));
    }

    static String location(WebReply reply) {
        return reply.headers().stream()
                .filter(header -> header.getKey().equals("location"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new AssertionError(reply.status() + " " + text(reply)));
    }

    static Params query(String url) {
        return Objects.requireNonNull(Params.parse(URI.create(url).getRawQuery()));
    }

    static String text(WebReply reply) {
        return new String(reply.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        threads.close();
        store.close();
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
            return now();
        }
    }

    private static final class Failures implements WebRoutes.Failures {
        @Override
        public WebReply unreadable(int status) {
            return WebReply.text(status, "unreadable");
        }

        @Override
        public WebReply failed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }
}
