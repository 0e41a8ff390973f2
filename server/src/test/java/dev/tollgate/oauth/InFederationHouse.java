package dev.tollgate.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tollgate.kernel.store.TestDatabase;
import dev.tollgate.oauth.OAuthHouse.Answer;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Tests that have a gate and an issuer it may trust each: on SQLite, or on each store that their class is parameterized with. */
abstract class InFederationHouse {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable FederationHouse open;

    @BeforeEach
    void openHouse() throws SQLException {
        open = new FederationHouse(kind, home);
    }

    @AfterEach
    void closeHouse() {
        if (open != null) {
            open.close();
        }
    }

    FederationHouse gate() {
        if (open == null) {
            throw new IllegalStateException("not begun");
        }
        return open;
    }

    /** The access token of an answer that gave one. */
    AccessTokens.Verified verified(Answer answer) {
        assertEquals(200, answer.status(), answer.body().toString());
        AccessTokens.Verified verified = gate().house
                .server()
                .accessTokens()
                .verify(answer.text("access_token"), gate().house.now.get());
        assertNotNull(verified);
        return verified;
    }
}
