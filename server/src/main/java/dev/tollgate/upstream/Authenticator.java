package dev.tollgate.upstream;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.routing.Hop;
import dev.tollgate.vault.CredentialInfo;
import dev.tollgate.vault.open.OpenedSecret;
import dev.tollgate.vault.open.SecretOpener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;

/** Makes a request the credential's. The secret is opened last, and wiped as soon as its header is made. */
public final class Authenticator {
    private static final CharSequence X_API_KEY = HttpHeaders.createOptimized("x-api-key");
    private static final CharSequence X_GOOG_API_KEY = HttpHeaders.createOptimized("x-goog-api-key");
    private static final Future<String> NO_TOKEN = Future.succeededFuture("");

    private final SecretOpener secrets;
    private final GoogleTokens tokens;
    private final AwsSigner signer;

    public Authenticator(SecretOpener secrets, GoogleTokens tokens, InstantSource clock) {
        this.secrets = secrets;
        this.tokens = tokens;
        this.signer = new AwsSigner(clock);
    }

    /**
     * What has to be fetched before a connection is made: a token where the credential is exchanged for one, else an empty
     * text. See {@link GoogleTokens#bearer}.
     */
    Future<String> token(Context context, Hop hop) {
        CredentialInfo credential = hop.credential();
        boolean exchanged = hop.candidate().provider().auth() == AuthStyle.GOOGLE_SERVICE_ACCOUNT;
        return exchanged && credential != null && AuthStyle.GOOGLE_SERVICE_ACCOUNT.takes(credential.kind())
                ? tokens.bearer(context, credential)
                : NO_TOKEN;
    }

    /**
     * Writes the credential into a head whose other headers are there.
     *
     * @param token as {@link #token} gave it
     * @throws RuntimeException if the credential has been removed, or is of a kind that the provider cannot be given
     */
    void authenticate(HttpClientRequest request, Hop hop, Outbound outbound, String token) {
        Provider provider = hop.candidate().provider();
        CredentialInfo credential = hop.credential();
        if (credential == null) {
            return;
        }
        if (!provider.auth().takes(credential.kind())) {
            throw new IllegalStateException("the provider " + provider.name() + " takes no " + credential.kind());
        }
        if (provider.auth() == AuthStyle.GOOGLE_SERVICE_ACCOUNT) {
            request.putHeader(HttpHeaders.AUTHORIZATION, token);
            return;
        }
        try (OpenedSecret secret = secrets.open(credential.id())) {
            write(request, provider, outbound, secret);
        }
    }

    /** The engine makes a String of each header value that it sends. */
    private void write(HttpClientRequest request, Provider provider, Outbound outbound, OpenedSecret secret) {
        switch (provider.auth()) {
            case X_API_KEY -> request.putHeader(X_API_KEY, SecretText.of(secret.ascii()));
            case X_GOOG_API_KEY -> request.putHeader(X_GOOG_API_KEY, SecretText.of(secret.ascii()));
            case BEARER -> request.putHeader(HttpHeaders.AUTHORIZATION, SecretText.of(secret.ascii("Bearer ")));
            case AWS_SIGV4 -> {
                Platform platform = provider.platform();
                signer.sign(request, provider.baseUrl(), outbound, platform.region(), secret);
            }
            case GOOGLE_SERVICE_ACCOUNT, NONE -> {}
        }
    }
}
