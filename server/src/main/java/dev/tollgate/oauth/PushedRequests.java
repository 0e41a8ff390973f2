package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import dev.tollgate.kernel.Ids;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.util.Optional;

/** Authorization requests that clients have sent ahead (RFC 9126): kept for some minutes, read until they end in a code. */
public final class PushedRequests {
    /** Of all clients together. */
    static final int MOST = 5_000;
    /** Of one; what a browser can bring itself is half of that. */
    private static final int LONGEST = 8_192;

    static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

    /**
     * A request as it was pushed.
     *
     * @param query its parameters, form-encoded
     * @param jkt thumbprint of the key that was proved with it; empty: none
     */
    public record Pushed(String clientId, String query, String jkt) {}

    private final Store store;
    private final InstantSource clock;

    PushedRequests(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * Keeps it.
     *
     * @return the {@code request_uri}
     * @throws OAuthRefusal 413 if it is too long, 503 if there are too many
     */
    String keep(Pushed pushed) {
        if (pushed.query.length() > LONGEST) {
            throw OAuthRefusal.of(new ErrorObject("invalid_request", null, 413), "The request is too large.");
        }
        String uri = PREFIX + Ids.secret(43);
        long now = clock.millis();
        boolean kept = store.write(tx -> {
            if (!Room.make(tx.handle(), "oauth_pushed", now, now, MOST)) {
                return false;
            }
            tx.handle()
                    .createUpdate("INSERT INTO oauth_pushed (hash, client_id, parameters, jkt, expires_at)"
                            + " VALUES (:hash, :client, :parameters, :jkt, :expires)")
                    .bind("hash", Secrets.hash(uri))
                    .bind("client", pushed.clientId)
                    .bind("parameters", pushed.query)
                    .bind("jkt", pushed.jkt)
                    .bind("expires", now + OAuthSettings.PUSHED.toMillis())
                    .execute();
            return true;
        });
        if (!kept) {
            throw OAuthRefusal.noRoom();
        }
        return uri;
    }

    /**
     * The request, if this client has pushed it lately. It may be read again: a person may reload the page, or sign in on the
     * way.
     */
    public Optional<Pushed> find(String requestUri, String clientId) {
        if (!requestUri.startsWith(PREFIX)) {
            return Optional.empty();
        }
        long now = clock.millis();
        return store.read(handle -> handle.createQuery("SELECT * FROM oauth_pushed WHERE hash = :hash"
                        + " AND client_id = :client AND expires_at > :now")
                .bind("hash", Secrets.hash(requestUri))
                .bind("client", clientId)
                .bind("now", now)
                .map((row, context) ->
                        new Pushed(row.getString("client_id"), row.getString("parameters"), row.getString("jkt")))
                .findOne());
    }

    /** Uses it up, when its code is issued (RFC 9126 section 7.3). False if it was used before. */
    public boolean use(String requestUri) {
        return store.write(tx -> tx.handle()
                        .createUpdate("DELETE FROM oauth_pushed WHERE hash = :hash")
                        .bind("hash", Secrets.hash(requestUri))
                        .execute()
                == 1);
    }
}
