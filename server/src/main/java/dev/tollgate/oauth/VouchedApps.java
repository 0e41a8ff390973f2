package dev.tollgate.oauth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.identity.Accounts;
import dev.tollgate.identity.Apps;
import dev.tollgate.kernel.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Clients of administrators' making, as those see them. */
final class VouchedApps implements Apps {
    private final Clients clients;
    private final Grants grants;
    private final OwnGrants own;

    VouchedApps(Clients clients, Grants grants, OwnGrants own) {
        this.clients = clients;
        this.grants = grants;
        this.own = own;
    }

    @Override
    public List<App> list() {
        return clients.vouchedFor().stream().map(this::app).toList();
    }

    @Override
    public App find(String id) {
        return app(kept(id));
    }

    private App app(Clients.Kept kept) {
        return app(kept.client(), kept.createdAtMillis());
    }

    private App app(Client client, long createdAtMillis) {
        JWKSet jwks = client.jwks();
        return new App(
                client.id(),
                client.name(),
                client.redirectUris(),
                client.postLogoutRedirectUris(),
                client.grantTypes().stream().map(GrantType::getValue).sorted().toList(),
                client.authMethod(),
                jwks == null ? null : jwks.toString(true),
                client.dpop(),
                client.scopes(),
                client.account(),
                own.isRevoked(client.id()),
                Instant.ofEpochMilli(createdAtMillis));
    }

    private NewApp newApp(Clients.NewClient client) {
        return new NewApp(app(client.client(), client.createdAtMillis()), client.secret());
    }

    @Override
    public NewApp create(Traits traits, String actor) {
        String account = Objects.requireNonNullElse(traits.account(), Accounts.DEFAULT);
        return newApp(clients.create(AppDescription.of(traits), account, actor));
    }

    @Override
    public NewApp change(String id, Traits traits, String actor) {
        return newApp(clients.change(id, before -> AppDescription.changed(before, traits), actor));
    }

    @Override
    public App revoke(String id, String actor) {
        Clients.Kept kept = kept(id);
        if (kept.client().grantTypes().contains(GrantType.CLIENT_CREDENTIALS)) {
            own.of(kept.client()); // made if there is none yet: its end is what is remembered
        }
        grants.revokeClient(id, actor);
        return app(kept);
    }

    @Override
    public App allow(String id, String actor) {
        Clients.Kept kept = kept(id);
        if (own.isRevoked(id)) {
            own.allow(kept.client(), actor);
        }
        return app(kept);
    }

    private Clients.Kept kept(String id) {
        return clients.vouchedFor().stream()
                .filter(each -> each.client().id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("There is no such app.", "List them: tollgate app list"));
    }

    @Override
    public void remove(String id, String actor) {
        // First the client: from then on nobody can allow it anything new.
        if (ClientDocumentReader.address(id).isPresent()) {
            clients.blocked().add(id, actor);
        } else {
            clients.delete(id, actor);
        }
        grants.revokeClient(id, actor);
    }

    @Override
    public List<Blocked> blocked() {
        return clients.blocked().list();
    }

    @Override
    public void unblock(String id, String actor) {
        clients.blocked().remove(id, actor);
    }
}
