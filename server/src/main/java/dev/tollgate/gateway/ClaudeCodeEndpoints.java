package dev.tollgate.gateway;

import dev.tollgate.budget.Standing;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.front.Replies;
import dev.tollgate.front.Route;
import dev.tollgate.front.Route.Authentication;
import dev.tollgate.front.Route.Budget;
import dev.tollgate.front.Route.Egress;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Right;
import dev.tollgate.identity.people.Person;
import dev.tollgate.kernel.Ids;
import dev.tollgate.settings.EffectiveSettings;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What Claude Code asks a gate for beside models, with the key or token that it calls models with: the settings that an administrator
 * has set for its person, how that person's spending cap stands, and a place for its telemetry. For one event loop.
 */
public final class ClaudeCodeEndpoints {
    private static final List<String> SIGNALS = List.of("/v1/metrics", "/v1/logs", "/v1/traces");

    private final Services services;
    private final ClaudeCode shared;
    private final Aside aside;
    private final TelemetryIntake telemetry;

    public ClaudeCodeEndpoints(Services services, ClaudeCode shared, Context context) {
        this.services = services;
        this.shared = shared;
        this.aside = new Aside(services.clock(), services.storeOutage(), shared.blocking(), context);
        this.telemetry = new TelemetryIntake(shared.telemetry());
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(route(HttpMethod.GET, "/managed/settings", Egress.NONE, this::settings));
        routes.add(route(HttpMethod.GET, "/api/oauth/usage", Egress.NONE, this::usage));
        Egress forwarded = shared.telemetry() == null ? Egress.NONE : Egress.JUDGED;
        for (String signal : SIGNALS) {
            routes.add(route(HttpMethod.POST, signal, forwarded, request -> telemetry(request, signal)));
        }
        return routes;
    }

    private static Route route(HttpMethod method, String path, Egress egress, Consumer<HttpServerRequest> handler) {
        return new Route(
                method, path, Authentication.VIRTUAL_KEY, Budget.NONE, egress, (request, p) -> handler.accept(request));
    }

    private String requestId() {
        return Ids.sortable("req", services.clock().millis());
    }

    private void telemetry(HttpServerRequest request, String signal) {
        if (Callers.identify(services, request, Dialect.ANTHROPIC, requestId()) != null) {
            telemetry.take(request, signal);
        }
    }

    private void usage(HttpServerRequest request) {
        Caller caller = Callers.identify(services, request, Dialect.ANTHROPIC, requestId(), Right.USAGE);
        if (caller != null) {
            aside.answer(request, () -> {
                List<Standing> standings = services.standings().all(CallStarts.payer(caller, null), caller.app());
                return standings.isEmpty() ? uncapped(caller) : told(CapUsage.of(standings));
            });
        }
    }

    private Aside.Answer uncapped(Caller caller) {
        OwnUsage.Spent spent = shared.usage().admits(caller) ? shared.usage().spent(caller) : null;
        return spent == null
                ? Aside.refusal(ErrorKind.RATE_LIMIT, Texts.USAGE_TOO_OFTEN, OwnUsage.AGAIN_SECONDS)
                : told(CapUsage.uncapped(spent));
    }

    private static Aside.Answer told(byte[] usage) {
        return (whole, id) -> Replies.json(whole, 200, usage);
    }

    private void settings(HttpServerRequest request) {
        Caller caller = Callers.identify(services, request, Dialect.ANTHROPIC, requestId());
        if (caller != null) {
            aside.answer(request, () -> {
                Optional<EffectiveSettings> settings = shared.settings().of(groups(caller));
                return (whole, id) -> {
                    if (settings.isPresent()) {
                        send(whole, settings.get());
                    } else {
                        Refuser.refuse(whole, Dialect.ANTHROPIC, id, ErrorKind.NOT_FOUND, Texts.NO_SETTINGS);
                    }
                };
            });
        }
    }

    /** Keys and jobs are in no group. */
    private List<String> groups(Caller caller) {
        String member = caller.member();
        return member == null
                ? List.of()
                : shared.people().byId(member).map(Person::groups).orElse(List.of());
    }

    private static void send(HttpServerRequest request, EffectiveSettings settings) {
        if (request.response().headWritten() || request.response().closed()) {
            return;
        }
        String tag = '"' + settings.checksum() + '"';
        request.response().putHeader(HttpHeaders.ETAG, tag);
        if (EntityTags.match(request.headers().getAll(HttpHeaders.IF_NONE_MATCH), tag)) {
            request.response().setStatusCode(304).end();
            return;
        }
        String body = "{\"uuid\":\"" + settings.uuid() + "\",\"checksum\":\"" + settings.checksum() + "\",\"settings\":"
                + settings.settings() + "}";
        Replies.json(request, 200, body.getBytes(StandardCharsets.UTF_8));
    }
}
