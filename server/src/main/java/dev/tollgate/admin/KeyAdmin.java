package dev.tollgate.admin;

import dev.tollgate.identity.CreatedKey;
import dev.tollgate.identity.KeyInfo;
import dev.tollgate.identity.VirtualKeys;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.ledger.UsageLedger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Virtual keys: made, listed, revoked. */
final class KeyAdmin {
    private static final long MAX_LIFE_SECONDS = 315_360_000;
    private final VirtualKeys keys;
    private final UsageLedger ledger;

    KeyAdmin(VirtualKeys keys, UsageLedger ledger) {
        this.keys = keys;
        this.ledger = ledger;
    }

    void add(AdminRoutes routes) {
        routes.get("/keys", this::list);
        routes.post("/keys", Set.of("name", "models", "expires_in_seconds", "strict", "cache"), this::create);
        routes.delete("/keys/{id_or_name}", this::revoke);
    }

    private AdminReply list(AdminRequest request) {
        List<KeyInfo> page = keys.list(request.after(), request.pageSize());
        Map<String, Instant> used =
                ledger.lastUsed(page.stream().map(KeyInfo::id).toList());
        return AdminReply.list(
                page.stream().map(key -> shape(key, used.get(key.id()))).toList());
    }

    private AdminReply create(AdminRequest request) {
        Long seconds = request.optionalNumber("expires_in_seconds");
        if (seconds != null && (seconds < 1 || seconds > MAX_LIFE_SECONDS)) {
            throw Refusal.invalid("expires_in_seconds is between 1 second and ten years.", "Give a duration like 90d.");
        }
        CreatedKey created = keys.create(
                request.text("name"),
                request.texts("models"),
                seconds == null ? null : Duration.ofSeconds(seconds),
                request.flag("strict"),
                CachePolicies.read(request),
                request.actorName());
        return AdminReply.created(shape(created.info(), null).put("key", created.key()));
    }

    private AdminReply revoke(AdminRequest request) {
        KeyInfo revoked = keys.revoke(request.path("id_or_name"), request.actorName());
        return AdminReply.ok(
                shape(revoked, ledger.lastUsed(List.of(revoked.id())).get(revoked.id())));
    }

    private static ObjectNode shape(KeyInfo key, @Nullable Instant lastUsed) {
        ObjectNode shape = Shapes.object().put("id", key.id()).put("name", key.name());
        ArrayNode models = shape.putArray("models");
        key.modelGlobs().forEach(models::add);
        shape.put("strict", key.strict());
        CachePolicies.show(key.cache(), shape);
        return shape.put("created_at", Shapes.time(key.createdAt()))
                .put("expires_at", Shapes.time(key.expiresAt()))
                .put("revoked_at", Shapes.time(key.revokedAt()))
                .put("last_used_at", Shapes.time(lastUsed));
    }
}
