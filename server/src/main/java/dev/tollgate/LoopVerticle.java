package dev.tollgate;

import dev.tollgate.admin.AdminApi;
import dev.tollgate.front.Front;
import dev.tollgate.front.HealthEndpoints;
import dev.tollgate.front.Route;
import dev.tollgate.gateway.GatewayErrors;
import dev.tollgate.gateway.HoldingEndpoints;
import dev.tollgate.gateway.HoldingServices;
import dev.tollgate.gateway.ModelEndpoints;
import dev.tollgate.gateway.OwnUsage;
import dev.tollgate.gateway.Services;
import dev.tollgate.gateway.UsageEndpoint;
import dev.tollgate.identity.OwnerToken;
import dev.tollgate.identity.people.Administrators;
import dev.tollgate.oauth.BoundCallers;
import dev.tollgate.upstream.AddressBook;
import dev.tollgate.upstream.Authenticator;
import dev.tollgate.upstream.ProviderClient;
import dev.tollgate.upstream.Timeouts;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Everything that belongs to one event loop: its way out, its routes, its share of the port. */
final class LoopVerticle extends VerticleBase {
    /** What all loops share. */
    record Shared(
            Services services,
            HoldingServices holdings,
            ClaudeCodeDoors claudeCode,
            OwnUsage usage,
            AddressBook addresses,
            Authenticator authenticator,
            Timeouts timeouts,
            AdminApi admin,
            WebDoors web,
            OAuthDoors oauth,
            HealthEndpoints health,
            OwnerToken ownerToken,
            Administrators administrators) {}

    private final Shared shared;
    private final HttpServerOptions options;
    private final Consumer<Front> fronts;
    private final Consumer<HttpServer> servers;

    LoopVerticle(Shared shared, HttpServerOptions options, Consumer<Front> fronts, Consumer<HttpServer> servers) {
        this.shared = shared;
        this.options = options;
        this.fronts = fronts;
        this.servers = servers;
    }

    @Override
    public Future<?> start() {
        ProviderClient client = new ProviderClient(vertx, shared.addresses, shared.authenticator, shared.timeouts);
        GatewayErrors errors = new GatewayErrors(shared.services.clock());
        List<Route> calls = new ArrayList<>();
        calls.addAll(new ModelEndpoints(shared.services, client, context).routes());
        calls.addAll(new HoldingEndpoints(shared.holdings, shared.services, client, context).routes());
        calls.addAll(shared.claudeCode.routes(shared.services, context));
        calls.add(new UsageEndpoint(shared.services, shared.usage, context).route());
        List<Route> routes = new ArrayList<>();
        routes.addAll(shared.oauth.forApps(calls, context, shared.services.clients(), refuser(errors)));
        routes.addAll(shared.admin.routes(context));
        routes.addAll(shared.web.routes(context));
        routes.addAll(shared.oauth.routes(context, shared.services.clients()));
        routes.addAll(shared.health.routes(context));
        Front front = new Front(
                routes,
                shared.ownerToken::matches,
                shared.administrators::admits,
                shared.web.errors(context, errors),
                shared.services.clients());
        fronts.accept(front);
        return front.listen(vertx, options).onSuccess(servers::accept);
    }

    /** What is told to whose token is bound to a key. */
    private static BoundCallers.Refuser refuser(GatewayErrors errors) {
        return new BoundCallers.Refuser() {
            @Override
            public void unproven(HttpServerRequest request) {
                errors.unproven(request);
            }

            @Override
            public void storeAway(HttpServerRequest request) {
                errors.storeAway(request);
            }
        };
    }
}
