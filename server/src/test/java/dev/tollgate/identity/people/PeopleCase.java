package dev.tollgate.identity.people;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A fresh house for each test, on each of the two stores. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
abstract class PeopleCase {
    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    private @Nullable PeopleHouse opened;

    @BeforeEach
    void open() throws SQLException {
        opened = new PeopleHouse(kind, home);
    }

    @AfterEach
    void close() {
        house().close();
    }

    PeopleHouse house() {
        assertNotNull(opened);
        return opened;
    }

    People people() {
        return house().services.people();
    }

    Invitations invitations() {
        return house().services.invitations();
    }

    Sessions sessions() {
        return house().services.sessions();
    }

    SignInDesk desk() {
        return house().services.signIn();
    }
}
