package dev.tollgate.admin;

import dev.tollgate.catalog.Catalog;
import dev.tollgate.catalog.Provider;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.CredentialProbe;
import dev.tollgate.vault.CredentialChange;
import dev.tollgate.vault.CredentialInfo;
import dev.tollgate.vault.NewCredential;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultStatus;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Credentials and the vault they lie in. A secret comes in here and never goes out again. */
final class CredentialAdmin {
    /** The account of the server's owner; people and workspaces get accounts of their own. */
    private static final String OWNER_ACCOUNT = "operator";

    private static final String MAX_CONTEXT = "max_context_tokens";

    private final Vault vault;
    private final Catalog catalog;
    private final CredentialProbe probe;

    CredentialAdmin(Vault vault, Catalog catalog, CredentialProbe probe) {
        this.vault = vault;
        this.catalog = catalog;
        this.probe = probe;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/credentials",
                request -> AdminReply.list(vault.credentials().list().stream()
                        .map(credential -> shape(credential, List.of()))
                        .toList()));
        routes.postOutward(
                "/credentials", Set.of("name", "provider", "kind", MAX_CONTEXT, "secret", "check"), this::create);
        routes.postOutward(
                "/credentials/{name}/check",
                Set.of(),
                request -> AdminReply.ok(check(request.path("name"), request.actorName())));
        routes.post("/credentials/{name}/rotate", Set.of("secret"), this::rotate);
        routes.patch("/credentials/{name}", Set.of(MAX_CONTEXT), this::change);
        routes.delete("/credentials/{name}", request -> {
            vault.credentials().remove(request.path("name"), request.actorName());
            return AdminReply.nothing();
        });
        routes.get("/vault", request -> AdminReply.ok(shape(vault.status())));
        routes.post("/vault/rotate", Set.of(), request -> {
            vault.rotate(request.actorName());
            return AdminReply.ok(shape(vault.status()));
        });
    }

    private AdminReply create(AdminRequest request) {
        String name = request.text("provider");
        Provider provider = catalog.view().providers().get(name);
        if (provider == null) {
            throw Refusal.notFound(
                    "There is no such provider.",
                    "Providers: "
                            + String.join(
                                    ", ",
                                    catalog.view().providers().keySet().stream()
                                            .sorted()
                                            .toList()) + ".");
        }
        boolean check = request.flag("check");
        CredentialChange added = vault.credentials()
                .add(
                        new NewCredential(
                                request.text("name"),
                                OWNER_ACCOUNT,
                                name,
                                host(provider),
                                kind(provider, request.optionalText("kind")),
                                Objects.requireNonNullElse(request.optionalNumber(MAX_CONTEXT), 0L),
                                request.text("secret")),
                        request.actorName());
        if (!check) {
            return AdminReply.created(shape(added.credential(), added.notices()));
        }
        ObjectNode outcome = check(added.credential().name(), request.actorName());
        CredentialInfo now = required(added.credential().name());
        ObjectNode created = shape(now, added.notices());
        created.set("check", outcome);
        return AdminReply.created(created);
    }

    /** Whose keys it takes. A platform's own, wherever the operator reaches it. */
    private static String host(Provider provider) {
        return provider.platform()
                .address()
                .map(address -> URI.create(address).getHost())
                .orElseGet(() -> provider.baseUrl().getHost());
    }

    /** Where the provider can be given one kind alone, it is that. */
    private static @Nullable String kind(Provider provider, @Nullable String given) {
        String only = provider.auth().kind().orElse(given);
        if (given != null && !(given.equals(only) && provider.auth().takes(given))) {
            throw Refusal.invalid(
                    "The provider " + provider.name() + " is authenticated to by "
                            + provider.auth().wireName() + ", which a credential of the kind " + given + " cannot do.",
                    "Give a credential of another kind, or change the provider: tollgate provider set "
                            + provider.name() + " --auth STYLE");
        }
        return only;
    }

    private AdminReply change(AdminRequest request) {
        Long tokens = request.optionalNumber(MAX_CONTEXT);
        if (tokens == null) {
            throw Refusal.invalid("Nothing is to be changed.", "Give " + MAX_CONTEXT + ".");
        }
        CredentialInfo changed =
                vault.credentials().setMaxContext(required(request.path("name")).id(), tokens, request.actorName());
        return AdminReply.ok(shape(changed, List.of()));
    }

    private AdminReply rotate(AdminRequest request) {
        CredentialInfo known = required(request.path("name"));
        Provider provider = catalog.view().providers().get(known.provider());
        CredentialChange rotated = vault.credentials()
                .rotate(
                        known.name(),
                        provider == null ? null : host(provider),
                        request.text("secret"),
                        request.actorName());
        return AdminReply.ok(shape(rotated.credential(), rotated.notices()));
    }

    /** Asks the provider. Acceptance ends a quarantine; rejection begins one. */
    private ObjectNode check(String name, String actor) {
        CredentialInfo credential = required(name);
        Provider provider = catalog.view().providers().get(credential.provider());
        if (provider == null) {
            throw Refusal.conflict("The credential's provider no longer exists.", "Remove the credential.");
        }
        return switch (probe.ask(provider, credential)) {
            case CredentialProbe.Verdict.Accepted(int status) -> {
                vault.credentials().reactivate(credential.id(), actor);
                yield checked(name, true, status, provider.name() + " accepted the credential.");
            }
            case CredentialProbe.Verdict.Rejected(int status) -> {
                String reason = "The provider answered " + status + " to a check.";
                vault.credentials().quarantine(credential.id(), credential.version(), reason, actor);
                yield checked(
                        name,
                        false,
                        status,
                        provider.name() + " rejected the credential. It is quarantined; rotate it.");
            }
            case CredentialProbe.Verdict.Unclear(int status) ->
                checked(
                        name,
                        false,
                        status,
                        provider.name() + " answered " + status + ", which says nothing of the credential.");
            case CredentialProbe.Verdict.Unreachable(String reason) ->
                checked(name, false, 0, provider.name() + " could not be reached: " + reason + ".");
        };
    }

    private static ObjectNode checked(String name, boolean ok, int status, String message) {
        return Shapes.object()
                .put("name", name)
                .put("ok", ok)
                .put("status", status == 0 ? null : Integer.valueOf(status))
                .put("message", message);
    }

    private CredentialInfo required(String name) {
        return vault.credentials()
                .find(name)
                .orElseThrow(() -> Refusal.notFound(
                        "There is no such credential.", "See the names with: tollgate credential list"));
    }

    private static ObjectNode shape(CredentialInfo credential, List<String> notices) {
        boolean rotated = credential.version() > 1;
        ObjectNode shape = Shapes.object()
                .put("id", credential.id())
                .put("name", credential.name())
                .put("provider", credential.provider())
                .put("kind", credential.kind())
                .put("owner", credential.owner())
                .put("last_four", credential.lastFour())
                .put("fingerprint", credential.fingerprint())
                .put(MAX_CONTEXT, credential.maxContextTokens())
                .put("state", credential.state().wireName())
                .put("state_reason", credential.stateReason().isEmpty() ? null : credential.stateReason())
                .put("version", credential.version())
                .put("created_at", Shapes.time(credential.createdAt()))
                .put("rotated_at", rotated ? Shapes.time(credential.rotatedAt()) : null);
        ArrayNode list = shape.putArray("notices");
        notices.forEach(list::add);
        return shape;
    }

    private static ObjectNode shape(VaultStatus status) {
        return Shapes.object()
                .put("source", status.source().equals("file") ? "key-file" : status.source())
                .put("sealed", false)
                .put("term", status.term())
                .put("credentials", status.credentials())
                .put("quarantined", status.quarantined())
                .put("damaged", status.damaged())
                .put("pending", status.rotationPending() ? 1 : 0)
                .put("policy_pack", status.policyPack())
                .put("rotated_at", status.term() > 1 ? Shapes.time(status.termSince()) : null);
    }
}
