package dev.tollgate.upstream;

import com.google.api.client.http.HttpResponseException;
import com.google.auth.RequestMetadataCallback;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Notice;
import dev.tollgate.vault.CredentialInfo;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * Access tokens of Google's service accounts, by Google's own library: minted with a signed assertion (RFC 7523), kept for the
 * hour that they live, renewed some minutes before, once for all who wait. The key is opened for the minting alone.
 */
public final class GoogleTokens {
    private static final List<String> SCOPES = List.of("https://www.googleapis.com/auth/cloud-platform");
    /** The library asks for it, and uses it for other credentials than these. */
    private static final URI AUDIENCE = URI.create("https://aiplatform.googleapis.com");

    private static final int MAX_ENTRIES = 1_024;
    /** A token is renewed some minutes before its end: one or two that fail have cost nothing yet. */
    private static final int FAILURES_TOLD = 3;

    /** A credential's tokens belong to one version of its secret. */
    private record Entry(long version, OAuth2CredentialsWithRefresh tokens) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final SecretOpener secrets;
    private final Executor blocking;
    private final TokenTransport transport;
    private final Events events;
    private final InstantSource clock;

    /**
     * @param blocking runs the minting, off the event loop
     * @param events is told when a credential's tokens cannot be renewed, once until they can be again
     */
    public GoogleTokens(
            Vertx vertx,
            AddressBook addresses,
            SecretOpener secrets,
            Timeouts timeouts,
            Executor blocking,
            Events events,
            InstantSource clock) {
        this.secrets = secrets;
        this.blocking = blocking;
        this.events = events;
        this.clock = clock;
        this.transport = new TokenTransport(vertx, addresses, timeouts);
    }

    /**
     * The value of the {@code Authorization} header, at once where there is a token. Completes on the calling context.
     * Fails with {@link Refused} where Google does not take the key, else with {@link Unobtainable}.
     */
    Future<String> bearer(Context context, CredentialInfo credential) {
        Promise<String> bearer = Promise.promise();
        tokens(credential).getRequestMetadata(AUDIENCE, blocking, new RequestMetadataCallback() {
            @Override
            public void onSuccess(Map<String, List<String>> headers) {
                context.runOnContext(v -> bearer.complete(
                        Objects.requireNonNull(headers.get("Authorization")).getFirst()));
            }

            @Override
            public void onFailure(Throwable cause) {
                context.runOnContext(v -> bearer.fail(fault(cause)));
            }
        });
        return bearer.future();
    }

    private OAuth2CredentialsWithRefresh tokens(CredentialInfo credential) {
        Entry known = entries.get(credential.id());
        if (known != null && known.version == credential.version()) {
            return known.tokens;
        }
        if (entries.size() >= MAX_ENTRIES) {
            entries.clear();
        }
        return entries.compute(
                        credential.id(),
                        (id, entry) -> entry != null && entry.version == credential.version()
                                ? entry
                                : new Entry(credential.version(), renewing(credential)))
                .tokens;
    }

    private OAuth2CredentialsWithRefresh renewing(CredentialInfo credential) {
        AtomicInteger failures = new AtomicInteger(); // in a row
        return OAuth2CredentialsWithRefresh.newBuilder()
                .setRefreshHandler(() -> {
                    try {
                        AccessToken token = mint(credential.id());
                        failures.set(0);
                        return token;
                    } catch (IOException e) {
                        // A key that is refused is put out of use, and that is told.
                        if (fault(e) instanceof Unobtainable why && failures.incrementAndGet() == FAILURES_TOLD) {
                            tell(credential, why);
                        }
                        throw e;
                    }
                })
                .build();
    }

    private void tell(CredentialInfo credential, Unobtainable why) {
        events.publish(new Notice(
                clock.instant(),
                "renewal.failed",
                credential.name(),
                "The access token of the credential " + credential.name() + " for " + credential.provider()
                        + " cannot be renewed: " + why.getMessage() + ".",
                "Calls by it fail when the last one has ended. See what stands between this machine and the token endpoint; then:"
                        + " tollgate credential check " + credential.name()));
    }

    private AccessToken mint(String credentialId) throws IOException {
        ServiceAccountCredentials account;
        try (OpenedSecret secret = secrets.open(credentialId)) {
            JsonNode file = Json.MAPPER.readTree(SecretText.of(secret.ascii()));
            account = ServiceAccountCredentials.newBuilder()
                    .setClientEmail(file.path("client_email").stringValue())
                    .setPrivateKeyString(file.path("private_key").stringValue())
                    .setPrivateKeyId(file.path("private_key_id").stringValue())
                    .setTokenServerUri(URI.create(file.path("token_uri").stringValue()))
                    .setScopes(SCOPES)
                    .setHttpTransportFactory(() -> transport)
                    .setDefaultRetriesEnabled(false) // the call's own attempts do that
                    .build();
        }
        return account.refreshAccessToken();
    }

    /** The library's own messages repeat what the endpoint said, and whose key it was. */
    private static Exception fault(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpResponseException answer) {
                int status = answer.getStatusCode();
                // "Token must be a short-lived token and in a reasonable timeframe": our clock is wrong, not the key.
                boolean clock =
                        answer.getContent() != null && answer.getContent().contains("timeframe");
                boolean refused = status == 400 || status == 401 || status == 403;
                return refused && !clock ? new Refused(status) : new Unobtainable(status);
            }
        }
        return new Unobtainable(0);
    }

    /** The token endpoint does not take the key. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status) {
            super("the token endpoint answered " + status);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    /** There is no token now; later there may be. */
    static final class Unobtainable extends Exception {
        private static final long serialVersionUID = 1L;

        Unobtainable(int status) {
            super(status == 0 ? "the token endpoint could not be reached" : "the token endpoint answered " + status);
        }
    }
}
