package dev.tollgate.admin;

import dev.tollgate.identity.federation.Check;
import dev.tollgate.identity.federation.Leases;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.Trial;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.identity.federation.TrustRules;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Rules about tokens of other issuers, trials of such tokens, and setup tokens that people lend to jobs. Tokens come in here
 * and never go out again.
 */
final class FederationAdmin {
    private static final Set<String> FIELDS = Set.of(
            "name",
            "kind",
            "issuer",
            "private",
            "audience",
            "claims",
            "scopes",
            "account",
            "cap_usd",
            "cap_window",
            "lifetime_seconds");

    private static final String DAY = "day";
    private static final String MONTH = "month";

    private final TrustRules rules;
    private final Leases leases;

    FederationAdmin(TrustRules rules, Leases leases) {
        this.rules = rules;
        this.leases = leases;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/federation-rules",
                request -> AdminReply.list(
                        rules.list().stream().map(FederationAdmin::shape).toList()));
        routes.postOutward("/federation-rules", FIELDS, this::create);
        routes.delete("/federation-rules/{name}", request -> {
            rules.remove(request.path("name"), request.actorName());
            return AdminReply.nothing();
        });
        routes.postOutward(
                "/federation-trials",
                Set.of("token"),
                request -> AdminReply.list(rules.test(request.text("token").strip()).stream()
                        .map(FederationAdmin::shape)
                        .toList()));
        addLeases(routes);
    }

    private void addLeases(AdminRoutes routes) {
        routes.get(
                "/federation-leases",
                request -> AdminReply.list(
                        leases.list().stream().map(FederationAdmin::shape).toList()));
        routes.put(
                "/federation-leases/{name}",
                Set.of("setup_token"),
                request -> AdminReply.ok(
                        shape(leases.keep(request.path("name"), request.text("setup_token"), request.actor()))));
        routes.delete("/federation-leases/{name}", request -> {
            leases.forget(request.path("name"), request.actor());
            return AdminReply.nothing();
        });
    }

    private static ObjectNode shape(Leases.Kept kept) {
        return Shapes.object()
                .put("rule", kept.rule())
                .put("person_id", kept.personId())
                .put("kept_at", Shapes.time(kept.keptAt().toEpochMilli()))
                .put("expires_at", Shapes.time(kept.expiresAt().toEpochMilli()))
                .put("leases_today", kept.today());
    }

    private AdminReply create(AdminRequest request) {
        Long seconds = request.optionalNumber("lifetime_seconds");
        NewTrustRule wanted = new NewTrustRule(
                request.text("name"),
                kind(Objects.requireNonNullElse(request.optionalText("kind"), TrustRule.Kind.JOB.wireName())),
                request.text("issuer").strip(),
                request.flag("private"),
                orEmpty(request.optionalText("audience")).strip(),
                request.textsByName("claims"),
                request.texts("scopes"),
                orEmpty(request.optionalText("account")),
                cap(request),
                seconds == null ? null : Duration.ofSeconds(seconds));
        return AdminReply.created(shape(rules.add(wanted, request.actorName())));
    }

    private static TrustRule.Kind kind(String text) {
        TrustRule.Kind kind = TrustRule.Kind.of(text);
        if (kind == null) {
            throw Refusal.invalid("There is no such kind of rule.", "Give job or id-jag.");
        }
        return kind;
    }

    private static TrustRule.@Nullable Cap cap(AdminRequest request) {
        String amount = request.optionalText("cap_usd");
        String window = request.optionalText("cap_window");
        if (amount == null && window == null) {
            return null;
        }
        if (amount == null || window == null || !(window.equals(DAY) || window.equals(MONTH))) {
            throw Refusal.invalid("A cap has an amount and a window.", "Give cap_usd, and day or month as cap_window.");
        }
        long nanoUsd = Money.parseUsd(amount);
        if (nanoUsd < 0) {
            throw Refusal.invalid("A cap is not negative.", "Give 0 or more.");
        }
        return new TrustRule.Cap(nanoUsd, window.equals(MONTH));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static ObjectNode shape(TrustRule rule) {
        ObjectNode shape = Shapes.object()
                .put("id", rule.id())
                .put("name", rule.name())
                .put("kind", rule.kind().wireName())
                .put("issuer", rule.issuer())
                .put("private", rule.near())
                .put("audience", rule.audience().isEmpty() ? null : rule.audience());
        ObjectNode claims = shape.putObject("claims");
        rule.claims().forEach(claims::put);
        ArrayNode scopes = shape.putArray("scopes");
        rule.scopes().forEach(scopes::add);
        TrustRule.Cap cap = rule.cap();
        return shape.put("account", rule.account().isEmpty() ? null : rule.account())
                .put("cap_usd", cap == null ? null : Money.formatUsd(cap.nanoUsd()))
                .put("cap_window", cap == null ? null : cap.monthly() ? MONTH : DAY)
                .put("lifetime_seconds", rule.lifetime().toSeconds())
                .put("created_at", Shapes.time(rule.createdAt().toEpochMilli()));
    }

    private static ObjectNode shape(Trial trial) {
        ObjectNode shape = Shapes.object().put("rule", trial.rule().name()).put("passes", trial.passes());
        ArrayNode checks = shape.putArray("checks");
        for (Check check : trial.checks()) {
            checks.addObject()
                    .put("name", check.name())
                    .put("outcome", check.outcome().wireName())
                    .put("detail", check.detail());
        }
        return shape;
    }
}
