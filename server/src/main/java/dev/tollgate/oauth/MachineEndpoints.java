package dev.tollgate.oauth;

import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.web.WebReply;
import dev.tollgate.web.WebRequest;
import dev.tollgate.web.WebRoutes;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The endpoints for programs. They are put together at the first request, for their libraries are no part of a quick start. */
final class MachineEndpoints {
    static final String JWKS_PATH = "/oauth/jwks";

    /** An endpoint of one of these. */
    @FunctionalInterface
    private interface Part {
        WebReply handle(MachineEndpoints all, WebRequest request);
    }

    private final TokenEndpoint token;
    private final DeviceEndpoint device;
    private final PushEndpoint push;
    private final RevocationEndpoint revocation;
    private final IntrospectionEndpoint introspection;
    private final RegistrationEndpoint registration;
    private final UserInfoEndpoint userInfo;
    private final SigningKeys keys;
    private final Cors cors;

    MachineEndpoints(
            AuthorizationServer server,
            AuthorizationServer.Ground ground,
            OAuthSettings settings,
            Persons persons,
            SubjectTokens others) {
        InstantSource clock = ground.clock();
        Audiences audiences = server.audiences();
        AccessTokens accessTokens = server.accessTokens();
        RefreshTokens refreshTokens = server.refreshTokens();
        keys = server.keys();
        RateLimits limits = new RateLimits();
        cors = new Cors(server.clients(), accessTokens, limits, clock);
        DpopProofs proofs = server.proofs(ground);
        ClientDoor door =
                new ClientDoor(audiences, new ClientAuthenticator(server.clients(), server.shown(), clock), proofs);
        SignInFlows signIns = new SignInFlows(
                server.clients(),
                server.codes(),
                refreshTokens,
                server.devices(),
                accessTokens,
                new IdTokens(accessTokens, audiences, clock, settings),
                persons,
                ground.events(),
                clock);
        ExchangeFlows exchanges = new ExchangeFlows(
                ground.store(), server.grants(), server.ownGrants(), accessTokens, audiences, others, clock, settings);
        token = new TokenEndpoint(door, limits, audiences, signIns, exchanges);
        device = new DeviceEndpoint(door, limits, audiences, server.devices(), settings);
        push = new PushEndpoint(door, limits, server.requests(), server.pushed());
        revocation = new RevocationEndpoint(door, limits, refreshTokens, accessTokens, clock);
        introspection = new IntrospectionEndpoint(door, limits, refreshTokens, accessTokens, audiences, clock);
        registration = new RegistrationEndpoint(door, limits, server.clients());
        userInfo = new UserInfoEndpoint(limits, accessTokens, proofs, persons, audiences, clock);
    }

    /** All of them, to be made by whoever is asked first. */
    static List<ServerEndpoint> all(Once once) {
        List<ServerEndpoint> endpoints = new ArrayList<>();
        endpoints.addAll(
                once.forPagesToo("token_endpoint", TokenEndpoint.PATH, (all, asked) -> all.token.handle(asked)));
        endpoints.addAll(once.forPagesToo(
                "pushed_authorization_request_endpoint", PushEndpoint.PATH, (all, asked) -> all.push.handle(asked)));
        endpoints.addAll(once.forPagesToo(
                "revocation_endpoint", RevocationEndpoint.PATH, (all, asked) -> all.revocation.handle(asked)));
        endpoints.add(forClients(
                "device_authorization_endpoint",
                DeviceEndpoint.PATH,
                once.part((all, asked) -> all.device.handle(asked))));
        endpoints.add(forClients(
                "introspection_endpoint",
                IntrospectionEndpoint.PATH,
                once.part((all, asked) -> all.introspection.handle(asked))));
        endpoints.add(open(
                "registration_endpoint",
                HttpMethod.POST,
                RegistrationEndpoint.PATH,
                once.part((all, asked) -> all.registration.handle(asked))));
        endpoints.add(new ServerEndpoint(
                "userinfo_endpoint",
                List.of(HttpMethod.GET, HttpMethod.POST),
                UserInfoEndpoint.PATH,
                Authentication.ACCESS_TOKEN,
                Egress.NONE,
                once.part((all, asked) -> all.cors.answer(asked, all.userInfo.handle(asked)))));
        endpoints.add(once.preflight(UserInfoEndpoint.PATH, "GET, POST"));
        endpoints.add(
                open("jwks_uri", HttpMethod.GET, JWKS_PATH, once.part((all, asked) -> Cors.open(all.published()))));
        endpoints.add(open("", HttpMethod.OPTIONS, JWKS_PATH, request -> Cors.openPreflight()));
        return endpoints;
    }

    private static ServerEndpoint forClients(String name, String path, WebRoutes.Endpoint endpoint) {
        // Judged egress: a client's id may be an address, which is then fetched.
        return new ServerEndpoint(
                name, List.of(HttpMethod.POST), path, Authentication.OAUTH_CLIENT, Egress.JUDGED, endpoint);
    }

    private static ServerEndpoint open(String name, HttpMethod method, String path, WebRoutes.Endpoint endpoint) {
        return new ServerEndpoint(name, List.of(method), path, Authentication.NONE, Egress.NONE, endpoint);
    }

    private WebReply published() {
        return WebReply.json(200, keys.published().toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Makes them at the first request. */
    static final class Once {
        private final Supplier<MachineEndpoints> make;
        private volatile @Nullable MachineEndpoints made;

        Once(Supplier<MachineEndpoints> make) {
            this.make = make;
        }

        private WebRoutes.Endpoint part(Part part) {
            return request -> part.handle(get(), request);
        }

        /** With its preflight: pages of clients call it, too. */
        private List<ServerEndpoint> forPagesToo(String name, String path, Part part) {
            return List.of(
                    forClients(name, path, part((all, asked) -> all.cors.answer(asked, part.handle(all, asked)))),
                    preflight(path, "POST"));
        }

        private ServerEndpoint preflight(String path, String methods) {
            return open("", HttpMethod.OPTIONS, path, preflightOf(methods, Cors.OAUTH_HEADERS));
        }

        /** The answer to preflights of clients' pages, see {@link Cors#preflight}. */
        WebRoutes.Endpoint preflightOf(String methods, String headers) {
            return part((all, asked) -> all.cors.preflight(asked, methods, headers));
        }

        private MachineEndpoints get() {
            MachineEndpoints all = made;
            return all == null ? first() : all;
        }

        private synchronized MachineEndpoints first() {
            MachineEndpoints all = made;
            if (all == null) {
                all = make.get();
                made = all;
            }
            return all;
        }
    }
}
