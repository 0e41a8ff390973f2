package dev.tollgate.oauth;

import dev.tollgate.identity.AppGrants;
import dev.tollgate.kernel.Refusal;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Grants as administrators see them, whosever they are. */
public final class AdministeredGrants implements AppGrants {
    private final Grants grants;
    private final Clients clients;
    private final GrantUse use;
    private final InstantSource clock;

    /**
     * Over a server's grants.
     *
     * @param use knows what has come of them
     */
    public AdministeredGrants(AuthorizationServer server, GrantUse use, InstantSource clock) {
        this.grants = server.grants();
        this.clients = server.clients();
        this.use = use;
        this.clock = clock;
    }

    @Override
    public List<AppGrant> of(String personId) {
        return shown(grants.of(personId).stream()
                .filter(grant -> grant.alive(clock.instant()))
                .toList());
    }

    private List<AppGrant> shown(List<AccessGrant> which) {
        Map<String, GrantUse.Use> uses = use.of(which);
        return which.stream()
                .map(grant -> shown(grant, uses.getOrDefault(grant.id(), GrantUse.Use.NEVER)))
                .toList();
    }

    private static AppGrant shown(AccessGrant grant, GrantUse.Use use) {
        SpendingCap cap = grant.cap();
        return new AppGrant(
                grant.id(),
                grant.personId(),
                grant.clientId(),
                grant.clientName(),
                grant.scopes(),
                grant.resource(),
                cap == null ? null : new Cap(cap.nanoUsd(), cap.window().wireName(), use.capSpentNanoUsd()),
                use.totalNanoUsd(),
                grant.createdAt(),
                use.lastUsedAt(),
                grant.expiresAt(),
                grant.revokedAt());
    }

    @Override
    public AppGrant revoke(String grantId, String actor) {
        grants.revoke(grantId, actor);
        return shown(List.of(grants.find(grantId)
                        .orElseThrow(() -> Refusal.notFound(
                                "There is no such grant.", "List a person's: tollgate person grant list EMAIL"))))
                .getFirst();
    }

    @Override
    public List<UnvouchedApp> unvouchedApps() {
        return clients.unvouched();
    }
}
