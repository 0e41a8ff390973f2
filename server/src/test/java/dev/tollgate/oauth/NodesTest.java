package dev.tollgate.oauth;

import static dev.tollgate.oauth.OAuthHouse.codeForm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What nodes on one store learn of each other by themselves. */
class NodesTest {
    @TempDir
    Path home = Path.of("");

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aNodeThatRunsLearnsByItselfWhatAnotherHasRevoked(TestDatabase kind) throws SQLException, InterruptedException {
        assertTrue(AuthorizationServer.NEWS.toMillis() <= 500, "with the time that the store takes, within a second");
        try (OAuthHouse house = new OAuthHouse(kind, home)) {
            Client app = house.app();
            assertNotNull(house.server().keys().signing()); // the other node reads it when it opens
            OAuthHouse.Node other = house.node();
            other.server().start();
            AccessGrant grant = house.grant(app, "models:use");
            OAuthHouse.Answer tokens = house.token(codeForm(app, house.code(app, grant)));
            assertEquals(200, tokens.status(), tokens.body().toString());
            String access = tokens.text("access_token");
            AccessTokens there = other.server().accessTokens();
            assertNotNull(there.find(access, house.now.get()));

            house.server().grants().revoke(OAuthHouse.ANN.id(), grant.id(), OAuthHouse.ANN.id());
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (there.find(access, house.now.get()) != null) {
                assertTrue(System.nanoTime() < deadline, "its news have come");
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }
}
