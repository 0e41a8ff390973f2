package dev.tollgate.admin;

import dev.tollgate.identity.provider.IdentityProvider;
import dev.tollgate.identity.provider.IdentityProviders;
import dev.tollgate.identity.provider.NewIdentityProvider;
import dev.tollgate.kernel.Refusal;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The OpenID providers by which people sign in. A client's secret comes in here and never goes out again. */
final class IdentityProviderAdmin {
    private static final Set<String> FIELDS =
            Set.of("name", "title", "issuer", "client_id", "client_secret", "hosted_domains", "tenants", "private");

    private final IdentityProviders providers;
    private final Function<IdentityProvider, String> redirectUri;

    IdentityProviderAdmin(IdentityProviders providers, Function<IdentityProvider, String> redirectUri) {
        this.providers = providers;
        this.redirectUri = redirectUri;
    }

    void add(AdminRoutes routes) {
        routes.get(
                "/identity-providers",
                request -> AdminReply.list(
                        providers.list().stream().map(this::shape).toList()));
        routes.postOutward("/identity-providers", FIELDS, this::create);
        routes.delete("/identity-providers/{name}", request -> {
            providers.remove(request.path("name"), force(request.query("force")), request.actor());
            return AdminReply.nothing();
        });
    }

    private static boolean force(@Nullable String given) {
        return switch (given) {
            case null -> false;
            case "false" -> false;
            case "true" -> true;
            default -> throw Refusal.invalid("force is not well formed.", "Give true or false, or leave it out.");
        };
    }

    private AdminReply create(AdminRequest request) {
        NewIdentityProvider wanted = new NewIdentityProvider(
                request.text("name"),
                request.text("title"),
                request.text("issuer"),
                request.text("client_id"),
                Objects.requireNonNullElse(request.optionalText("client_secret"), "")
                        .strip(),
                request.texts("hosted_domains"),
                request.texts("tenants"),
                request.flag("private"));
        return AdminReply.created(shape(providers.add(wanted, request.actor())));
    }

    private ObjectNode shape(IdentityProvider provider) {
        ObjectNode shape = Shapes.object()
                .put("name", provider.name())
                .put("title", provider.title())
                .put("issuer", provider.issuer())
                .put("client_id", provider.clientId())
                .put("redirect_uri", redirectUri.apply(provider));
        ArrayNode domains = shape.putArray("hosted_domains");
        provider.hostedDomains().forEach(domains::add);
        ArrayNode tenants = shape.putArray("tenants");
        provider.tenants().forEach(tenants::add);
        return shape.put("private", provider.near())
                .put("created_at", Shapes.time(provider.createdAt().toEpochMilli()));
    }
}
