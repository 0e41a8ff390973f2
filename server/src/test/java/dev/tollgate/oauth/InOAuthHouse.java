package dev.tollgate.oauth;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** Tests that have an authorization server each: on SQLite, or on each store that their class is parameterized with. */
abstract class InOAuthHouse {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable OAuthHouse open;

    @BeforeEach
    void openHouse() throws SQLException {
        open = new OAuthHouse(kind, home);
    }

    @AfterEach
    void closeHouse() {
        if (open != null) {
            open.close();
        }
    }

    OAuthHouse house() {
        if (open == null) {
            throw new IllegalStateException("not begun");
        }
        return open;
    }
}
