package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.front.Replies;
import dev.tollgate.front.Route;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Right;
import dev.tollgate.kernel.Ids;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Where apps read what their person has spent; for one event loop. */
public final class UsageEndpoint {
    private static final int USUAL_DAYS = 30;

    private final Services services;
    private final OwnUsage usage;
    private final Aside aside;

    public UsageEndpoint(Services services, OwnUsage usage, Context context) {
        this.services = services;
        this.usage = usage;
        this.aside = new Aside(services.clock(), services.storeOutage(), usage.blocking(), context);
    }

    public Route route() {
        return new Route(
                HttpMethod.GET,
                "/api/usage",
                Route.Authentication.VIRTUAL_KEY,
                Route.Budget.NONE,
                Route.Egress.NONE,
                (request, parameters) -> answer(request));
    }

    private void answer(HttpServerRequest request) {
        String id = Ids.sortable("req", services.clock().millis());
        Caller caller = Callers.identify(services, request, Dialect.ANTHROPIC, id, Right.USAGE);
        if (caller == null) {
            return;
        }
        int days = days(Presented.Query.first(request.query(), "days"));
        if (days == 0) {
            String message = "`days` is a number from 1 to " + OwnUsage.MOST_DAYS + ".";
            Refuser.refuse(request, Dialect.ANTHROPIC, id, ErrorKind.INVALID_REQUEST, message);
        } else if (!usage.admits(caller)) {
            Refuser.refuse(
                    request,
                    Dialect.ANTHROPIC,
                    id,
                    ErrorKind.RATE_LIMIT,
                    Texts.USAGE_TOO_OFTEN,
                    OwnUsage.AGAIN_SECONDS);
        } else {
            aside.answer(request, () -> told(caller, days));
        }
    }

    private Aside.Answer told(Caller caller, int days) {
        byte[] body = usage.of(caller, days);
        return body == null
                ? Aside.refusal(
                        ErrorKind.UNAVAILABLE,
                        "Too many ask for their usage. Try again shortly.",
                        OwnUsage.AGAIN_SECONDS)
                : (request, id) -> Replies.json(request, 200, body);
    }

    /** 0: it is none that can be asked for. */
    private static int days(@Nullable String asked) {
        if (asked == null) {
            return USUAL_DAYS;
        }
        boolean number =
                asked.length() <= 2 && !asked.isEmpty() && asked.chars().allMatch(c -> c >= '0' && c <= '9');
        int days = number ? Integer.parseInt(asked) : 0;
        return days <= OwnUsage.MOST_DAYS ? days : 0;
    }
}
