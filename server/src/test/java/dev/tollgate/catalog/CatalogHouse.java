package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.DatabaseUrl;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.net.InetAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/** A catalog on a store of its own; the tests of each subject extend it. */
abstract class CatalogHouse {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    /** Names are public, addresses themselves: no test asks a name server. */
    private static final HostLookup LOOKUP = host ->
            new InetAddress[] {InetAddress.ofLiteral(Character.isDigit(host.charAt(0)) ? host : "93.184.216.34")};

    @Parameter
    TestDatabase kind = TestDatabase.SQLITE;

    @TempDir
    Path home = Path.of("");

    final List<String> audited = new ArrayList<>();
    private final AuditTrail trail =
            (tx, actor, action, subject, detail) -> audited.add(actor + " " + action + " " + subject + " " + detail);
    Map<String, List<String>> credentials = Map.of();
    private @Nullable DatabaseUrl url;
    private @Nullable Store open;

    @BeforeEach
    void openStore() throws SQLException {
        url = kind.fresh(home);
        open = Store.open(url);
    }

    @AfterEach
    void closeStore() {
        store().close();
    }

    private Store store() {
        assertNotNull(open);
        return open;
    }

    final Catalog catalog() {
        return catalog(trail);
    }

    final Catalog catalog(AuditTrail audit) {
        return Catalog.open(
                store(),
                audit,
                InstantSource.fixed(NOW),
                LOOKUP,
                provider -> credentials.getOrDefault(provider, List.of()),
                home.resolve("prices.json"));
    }

    static NewProvider openAiLike(String name, String baseUrl) {
        return new NewProvider(name, Dialect.OPENAI, Platform.DIRECT, baseUrl, null);
    }

    static Refusal refused(Refusal.Kind kind, Runnable change) {
        Refusal refusal = assertThrows(Refusal.class, change::run);
        assertEquals(kind, refusal.kind(), refusal.text());
        assertFalse(refusal.cure().isEmpty());
        return refusal;
    }

    static Candidate first(Catalog catalog, String name) {
        Resolution.Resolved resolved =
                assertInstanceOf(Resolution.Resolved.class, catalog.view().resolve(name, Dialect.OPENAI, NOW));
        return resolved.candidates().getFirst();
    }
}
