package dev.tollgate.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.Candidate;
import dev.tollgate.catalog.Platform;
import dev.tollgate.catalog.Provider;
import dev.tollgate.catalog.Takings;
import dev.tollgate.dialects.Dialect;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BetasTest {
    private static final Takings TAKINGS = Takings.open(Path.of("none", "takings.json"));

    private static final Candidate ANTHROPICS = at("anthropic", Platform.DIRECT, AuthStyle.X_API_KEY);
    private static final Candidate BEDROCKS = at("aws", new Platform.Bedrock("eu-west-1"), AuthStyle.AWS_SIGV4);

    private static Candidate at(String provider, Platform platform, AuthStyle auth) {
        Provider served = new Provider(
                provider, Set.of(Dialect.ANTHROPIC), platform, URI.create("https://p.example"), auth, false);
        return new Candidate(served, "claude-opus-5", null, true);
    }

    private static MultiMap headers(String... betas) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("x-app", "cli");
        for (String beta : betas) {
            headers.add("Anthropic-Beta", beta);
        }
        return headers;
    }

    @Test
    void theHeadersThemselvesGoOnWhereAllBetasAreTaken() {
        List<String> edits = new ArrayList<>();
        MultiMap headers = headers("effort-2025-11-24, wholly-new-2027-01-01");
        assertSame(headers, Betas.taken(headers, ANTHROPICS, TAKINGS, edits));
        MultiMap without = MultiMap.caseInsensitiveMultiMap();
        assertSame(without, Betas.taken(without, BEDROCKS, TAKINGS, edits));
        assertEquals(List.of(), edits);
    }

    @Test
    void whatTheProviderWouldRefuseIsLeftOutAndSaid() {
        List<String> edits = new ArrayList<>();
        MultiMap headers = headers("effort-2025-11-24,wholly-new-2027-01-01", "context-management-2025-06-27");
        MultiMap fewer = Betas.taken(headers, BEDROCKS, TAKINGS, edits);
        assertEquals(List.of("effort-2025-11-24,context-management-2025-06-27"), fewer.getAll("anthropic-beta"));
        assertEquals("cli", fewer.get("x-app"));
        assertEquals(List.of("anthropic-beta: dropped: the provider does not take wholly-new-2027-01-01"), edits);
        assertEquals(2, headers.getAll("anthropic-beta").size(), "another candidate may take them");
    }

    @Test
    void aHeaderOfNothingElseGoes() {
        List<String> edits = new ArrayList<>();
        MultiMap fewer = Betas.taken(headers("wholly-new \"x\""), BEDROCKS, TAKINGS, edits);
        assertFalse(fewer.contains("anthropic-beta"));
        assertEquals(List.of("anthropic-beta: dropped: the provider does not take wholly-new 'x'"), edits);
    }
}
