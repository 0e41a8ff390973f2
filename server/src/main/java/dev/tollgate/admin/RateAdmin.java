package dev.tollgate.admin;

import dev.tollgate.budget.CallLimit;
import dev.tollgate.budget.Rate;
import dev.tollgate.budget.RateBook;
import dev.tollgate.budget.RateBook.Status;
import dev.tollgate.budget.RateStanding;
import dev.tollgate.kernel.Refusal;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rates: set, listed, shown, removed. */
final class RateAdmin {
    private static final Set<String> FIELDS = Set.of(
            "account",
            "member",
            "app",
            "feature",
            "key",
            "provider",
            "model",
            "requests_per_minute",
            "input_tokens_per_minute",
            "output_tokens_per_minute",
            "concurrent",
            "max_input_tokens",
            "max_output_tokens",
            "models");

    private final RateBook rates;
    private final Scopes scopes;

    RateAdmin(RateBook rates, Scopes scopes) {
        this.rates = rates;
        this.scopes = scopes;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/rates",
                request -> AdminReply.list(
                        rates.list().stream().map(RateAdmin::shape).toList()));
        routes.post("/rates", FIELDS, this::set);
        routes.get("/rates/{id}", request -> AdminReply.ok(shape(rates.show(request.path("id")))));
        routes.delete("/rates/{id}", request -> {
            rates.remove(request.path("id"), request.actorName());
            return AdminReply.nothing();
        });
    }

    private AdminReply set(AdminRequest request) {
        long requests = limit(request, "requests_per_minute");
        long input = limit(request, "input_tokens_per_minute");
        long output = limit(request, "output_tokens_per_minute");
        long concurrent = limit(request, "concurrent");
        CallLimit call = new CallLimit(
                limit(request, "max_input_tokens"), limit(request, "max_output_tokens"), request.texts("models"));
        boolean none = (requests | input | output | concurrent | call.maxInputTokens() | call.maxOutputTokens()) == 0
                && call.models().isEmpty();
        if (none) {
            throw Refusal.invalid(
                    "A rate limits something.",
                    "Give at least one of requests_per_minute, input_tokens_per_minute, output_tokens_per_minute,"
                            + " concurrent, max_input_tokens, max_output_tokens and models.");
        }
        Scopes.Named named = scopes.read(request, true);
        Rate wanted = new Rate(
                "", named.scope(), named.keyName(), named.memberEmail(), requests, input, output, concurrent, call, 0);
        return AdminReply.ok(
                shape(rates.show(rates.set(wanted, request.actorName()).id())));
    }

    /** 0 where it is not given. */
    private static long limit(AdminRequest request, String field) {
        Long limit = request.optionalNumber(field);
        if (limit == null) {
            return 0;
        }
        if (limit <= 0) {
            throw Refusal.invalid(
                    field + " is more than zero.",
                    "To let nothing through, revoke the key (./tollgate key revoke NAME); for no limit, leave it out.");
        }
        return limit;
    }

    private static ObjectNode shape(Status status) {
        Rate rate = status.rate();
        ObjectNode shape = Shapes.object().put("id", rate.id()).put("label", rate.label());
        Scopes.put(shape, rate.scope(), rate.keyName(), rate.memberEmail());
        shape.put("requests_per_minute", given(rate.requestsPerMinute()))
                .put("input_tokens_per_minute", given(rate.inputTokensPerMinute()))
                .put("output_tokens_per_minute", given(rate.outputTokensPerMinute()))
                .put("concurrent", given(rate.concurrent()))
                .put("max_input_tokens", given(rate.call().maxInputTokens()))
                .put("max_output_tokens", given(rate.call().maxOutputTokens()));
        ArrayNode models = shape.putArray("models");
        rate.call().models().forEach(models::add);
        return shape.put("requests_left", left(status.requests()))
                .put("input_tokens_left", left(status.inputTokens()))
                .put("output_tokens_left", left(status.outputTokens()))
                .put("calls_under_way", status.underWay())
                .put("calls_refused", status.refused())
                .put("created_at", Shapes.time(rate.createdAtMillis()));
    }

    private static @Nullable Long given(long limit) {
        return limit == 0 ? null : limit;
    }

    private static @Nullable Long left(@Nullable RateStanding standing) {
        return standing == null ? null : standing.remaining();
    }
}
