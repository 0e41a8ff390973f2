package dev.tollgate.oauth;

import dev.tollgate.identity.Caller;
import dev.tollgate.kernel.Events;
import dev.tollgate.kernel.TextSealer;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.upstream.Fetched;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An authorization server within the bench's own process, and tokens of it: here, for tokens are issued by this package alone. They are
 * in force for a quarter of an hour.
 */
public final class TokensUnderTest implements AutoCloseable {
    private static final String ISSUER = "https://gate.example.com";
    private static final int KEY_BYTES = 32;

    private final InstantSource clock = InstantSource.system();
    private final Store store;
    private final AuthorizationServer server;
    private final List<String> known = new ArrayList<>();

    /**
     * Opens a store that has nobody yet, and issues tokens of as many grants.
     *
     * @param folder for the store
     */
    public TokensUnderTest(Path folder, int tokens) {
        store = Store.open(new DatabaseUrl.Sqlite(folder.resolve("tollgate.db")));
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        server = new AuthorizationServer(
                new AuthorizationServer.Ground(
                        store,
                        (tx, actor, action, subject, detail) -> {},
                        new Events(),
                        clock,
                        new Open(),
                        key,
                        () -> ISSUER),
                OAuthSettings.DEFAULT,
                id -> Optional.empty(),
                (address, mostBytes) -> new Fetched.Nothing("nothing is fetched here"),
                SpendingCaps.NONE,
                SubjectTokens.NONE);
        for (int i = 0; i < tokens; i++) {
            known.add(issue("per_" + i));
        }
    }

    private String issue(String person) {
        List<String> scopes = List.of(Scopes.MODELS, Scopes.USAGE);
        AccessGrant grant = server.grants()
                .create(
                        new Grants.Draft(
                                person, person, "default", Clients.CLI, "Tollgate CLI", scopes, ISSUER, null, null),
                        person);
        AccessTokens.Draft draft =
                new AccessTokens.Draft(grant, List.of("fam_" + person), Clients.CLI, List.of(), scopes, ISSUER, "");
        return server.accessTokens().issue(draft, Long.MAX_VALUE).text();
    }

    /** How long one is, in characters. */
    public int length() {
        return known.getFirst().length();
    }

    /** Who calls with a token that has been seen before. */
    public @Nullable Caller known(int number) {
        return server.accessTokens().find(known.get(number % known.size()), clock.millis());
    }

    /** Who calls with a token whose claims are another's: nobody. */
    public @Nullable Caller forged(int number) {
        String one = known.get(number % known.size());
        String other = known.get((number + 1) % known.size());
        String text = one.substring(0, one.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
        return server.accessTokens().find(text, clock.millis());
    }

    @Override
    public void close() {
        server.close();
        store.close();
    }

    /** Seals nothing: the store is thrown away. */
    private static final class Open implements TextSealer {
        @Override
        public String seal(String place, String clear) {
            return clear;
        }

        @Override
        public String open(String place, String sealed) {
            return sealed;
        }
    }
}
