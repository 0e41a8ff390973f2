package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.GrantType;
import dev.tollgate.catalog.HostLookup;
import dev.tollgate.identity.federation.NewTrustRule;
import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import dev.tollgate.upstream.JudgedFetch;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A gate that trusts a {@link LocalIssuer}, which it asks over real HTTP. */
final class FederationHouse implements AutoCloseable {
    static final String AUDIENCE = OAuthHouse.ISSUER;
    static final String TOKEN_TYPE = "urn:ietf:params:oauth:token-type:jwt";

    final OAuthHouse house;
    final LocalIssuer issuer = new LocalIssuer();
    final Map<String, Persons.Profile> outsiders = new ConcurrentHashMap<>();
    final Federation federation;
    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    FederationHouse(TestDatabase database, Path home) throws SQLException {
        house = new OAuthHouse(database, home);
        federation = federation(house.one, InetAddress::getAllByName);
        house.others = federation;
    }

    /** Of that node, which resolves names so. */
    Federation federation(OAuthHouse.Node node, HostLookup lookup) {
        return new Federation(
                node.ground(),
                node.server(),
                new JudgedFetch(vertx, lookup, threads, Duration.ofSeconds(10), 16),
                (issuing, subject) -> Optional.ofNullable(outsiders.get(issuing + " " + subject)));
    }

    /** A rule about one repository's main branch, to be changed. */
    NewTrustRule wanted() {
        return job("deploy", Map.of("repository_id", "456", "ref", "refs/heads/main"));
    }

    NewTrustRule job(String name, Map<String, String> claims) {
        return new NewTrustRule(
                name, TrustRule.Kind.JOB, issuer.url(), true, AUDIENCE, claims, List.of(), "", null, null);
    }

    TrustRule trust() {
        return federation.add(wanted(), "owner");
    }

    Map<String, Object> claims() {
        return issuer.job(house.now.get());
    }

    String token() {
        return issuer.sign(claims());
    }

    static Map<String, String> exchangeForm(String token) {
        return Map.of(
                "grant_type", GrantType.TOKEN_EXCHANGE.getValue(),
                "subject_token", token,
                "subject_token_type", TOKEN_TYPE);
    }

    Answer exchange(String token) {
        return house.token(exchangeForm(token));
    }

    Answer exchange(String token, String scope) {
        Map<String, String> form = new LinkedHashMap<>(exchangeForm(token));
        form.put("scope", scope);
        return house.token(form);
    }

    Answer assertion(String token) {
        return house.token(Map.of("grant_type", GrantType.JWT_BEARER.getValue(), "assertion", token));
    }

    /** The reason of the last denial, as the audit trail has it; empty if there was none. */
    String lastDenial() {
        return last("federation.denied");
    }

    String last(String action) {
        @Nullable String found = null;
        for (String row : house.audited) {
            found = row.contains(" " + action + " ") ? row : found;
        }
        return found == null ? "" : found;
    }

    @Override
    public void close() {
        house.close();
        issuer.close();
        threads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
