package dev.tollgate.oauth;

import dev.tollgate.kernel.store.Store;
import java.util.List;
import java.util.Optional;

/** What clients may do in their own name. The last grant of a client decides: one that was revoked stays so until another follows it. */
final class OwnGrants {
    private final Store store;
    private final Grants grants;
    private final Audiences audiences;

    OwnGrants(Store store, Grants grants, Audiences audiences) {
        this.store = store;
        this.grants = grants;
        this.audiences = audiences;
    }

    /**
     * The client's grant, made at first use: one for all that it may, whichever part of it each token is for. Empty if it was
     * revoked, and not allowed again since. Blocking.
     */
    Optional<AccessGrant> of(Client client) {
        Optional<AccessGrant> last = last(client.id());
        if (isRevoked(last)) {
            return Optional.empty();
        }
        return last.filter(grant -> Scopes.covers(grant.scopes(), most(client)))
                .or(() -> Optional.of(allow(client, client.id())));
    }

    /** Whether the client may do nothing in its own name any more. Blocking. */
    boolean isRevoked(String clientId) {
        return isRevoked(last(clientId));
    }

    private static boolean isRevoked(Optional<AccessGrant> grant) {
        return grant.isPresent() && grant.get().revokedAt() != null;
    }

    private Optional<AccessGrant> last(String clientId) {
        return store.read(handle -> GrantTable.lastOfClientItself(handle, clientId));
    }

    /** Lets a client act in its own name, again if that was revoked. Blocking. */
    AccessGrant allow(Client client, String actor) {
        return grants.create(
                new Grants.Draft(
                        null,
                        client.id(),
                        client.account(),
                        client.id(),
                        client.name(),
                        most(client),
                        audiences.issuer(),
                        null,
                        null),
                actor);
    }

    private static List<String> most(Client client) {
        return client.scopes().isEmpty() ? Scopes.DEFAULT : client.scopes();
    }
}
