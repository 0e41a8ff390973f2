package dev.tollgate.upstream;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.Operation;
import dev.tollgate.routing.Hop;
import dev.tollgate.vault.CredentialInfo;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a provider whether it accepts a credential, with the cheapest authenticated request: its list of models. A platform has
 * none: it is asked for something that it cannot do, which it says once it has accepted the credential.
 */
public final class CredentialProbe {
    /** What the provider said. */
    public sealed interface Verdict {
        record Accepted(int status) implements Verdict {}

        /** 401 or 403. */
        record Rejected(int status) implements Verdict {}

        /** A status that says nothing of the credential, such as 429 or 500. */
        record Unclear(int status) implements Verdict {}

        /**
         * There was no answer.
         *
         * @param reason half a sentence
         */
        record Unreachable(String reason) implements Verdict {}
    }

    private final Context context;
    private final CompletableFuture<ProviderClient> client = new CompletableFuture<>();

    /** It gets an event loop context of its own: it must not be made on one. */
    public CredentialProbe(Vertx vertx, AddressBook addresses, Authenticator authenticator, Timeouts timeouts) {
        this.context = vertx.getOrCreateContext();
        Timeouts impatient = new Timeouts(timeouts.connect(), timeouts.connect(), timeouts.connect());
        context.runOnContext(v -> client.complete(new ProviderClient(vertx, addresses, authenticator, impatient)));
    }

    /** Blocking, for at most three times the connect timeout. */
    public Verdict ask(Provider provider, CredentialInfo credential) {
        Hop hop = new Hop(new Candidate(provider, "models", null, false), credential);
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        context.runOnContext(v -> client.join()
                .send(hop, question(provider), new Attempt())
                .onSuccess(answer -> verdict.complete(judge(provider.platform(), answer))));
        return verdict.join();
    }

    private static Outbound question(Provider provider) {
        if (!provider.platform().equals(Platform.DIRECT)) {
            return impossible(provider.platform());
        }
        Dialect dialect = provider.dialects().iterator().next();
        MultiMap headers = HttpHeaders.headers().add(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        String path = switch (dialect) {
            case ANTHROPIC -> {
                headers.add("anthropic-version", "2023-06-01");
                yield "/v1/models?limit=1";
            }
            case OPENAI -> "/v1/models";
            case GEMINI -> "/v1beta/models?pageSize=1";
            case CONVERSE -> throw new IllegalStateException("Converse without its platform");
        };
        return new Outbound(HttpMethod.GET, path, headers, Buffer.buffer());
    }

    /** A model that does not exist, or tokens of no message to count: neither costs anything. */
    private static Outbound impossible(Platform platform) {
        MultiMap headers = HttpHeaders.headers().add(HttpHeaders.ACCEPT_ENCODING, HttpHeaders.IDENTITY);
        Operation operation = platform.serves(Operation.COUNT_TOKENS) ? Operation.COUNT_TOKENS : Operation.MESSAGES;
        Outbound nothing = new Outbound(HttpMethod.POST, "", headers, Buffer.buffer("{}"));
        return PlatformCall.of(platform, operation, "tollgate-credential-check", false, nothing)
                .outbound();
    }

    private static Verdict judge(Platform platform, Answer answer) {
        return switch (answer) {
            case Answer.Streaming streaming -> accepted(streaming.response());
            case Answer.Complete complete -> accepted(complete.response());
            case Answer.Refused refused -> {
                int status = refused.status();
                discard(refused.response());
                if (!platform.equals(Platform.DIRECT)) {
                    yield onPlatform(status);
                }
                // Gemini answers a wrong key with 400, its message naming the key; a list of models takes no other
                // input.
                boolean rejected = status == 400 || status == 401 || status == 403;
                yield rejected ? new Verdict.Rejected(status) : new Verdict.Unclear(status);
            }
            case Answer.Unauthorized unauthorized -> new Verdict.Rejected(unauthorized.status());
            case Answer.Unreachable unreachable ->
                new Verdict.Unreachable(unreachable.reason().text());
        };
    }

    /** 403 is a permission that it lacks, perhaps for that model alone. */
    private static Verdict onPlatform(int status) {
        return switch (status) {
            case 400, 404 -> new Verdict.Accepted(status);
            case 401 -> new Verdict.Rejected(status);
            default -> new Verdict.Unclear(status);
        };
    }

    private static Verdict accepted(HttpClientResponse response) {
        int status = response.statusCode();
        discard(response);
        return new Verdict.Accepted(status);
    }

    private static void discard(HttpClientResponse response) {
        response.exceptionHandler(gone -> {}).handler(ignored -> {}).resume();
    }
}
