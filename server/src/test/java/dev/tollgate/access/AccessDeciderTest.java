package dev.tollgate.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tollgate.access.Decision.Denied;
import dev.tollgate.access.Decision.Permitted;
import dev.tollgate.access.Decision.Reason;
import dev.tollgate.catalog.Alias;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.CatalogView;
import dev.tollgate.catalog.Model;
import dev.tollgate.catalog.Provider;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.Right;
import java.net.URI;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessDeciderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private final CatalogView catalog = CatalogView.of(
            List.of(
                    provider("anthropic", true, Dialect.ANTHROPIC),
                    provider("openai", true, Dialect.OPENAI),
                    provider("gemini", true, Dialect.GEMINI),
                    provider("sim", true, Dialect.ANTHROPIC, Dialect.OPENAI, Dialect.GEMINI),
                    provider("resale", false, Dialect.OPENAI)),
            List.of(
                    model("anthropic", "claude-x", "claude-x-20260101"),
                    model("openai", "gpt-x"),
                    model("resale", "gpt-x"),
                    model("sim", "echo")),
            List.of(
                    new Alias("fast", List.of("anthropic/claude-x", "openai/gpt-x")),
                    new Alias("claude-cheap", List.of("openai/gpt-x")),
                    new Alias("gpt-shadowed", List.of("anthropic/claude-x"))));

    private static Provider provider(String name, boolean builtin, Dialect first, Dialect... more) {
        URI address = URI.create("https://" + name + ".example");
        return new Provider(name, EnumSet.of(first, more), address, AuthStyle.BEARER, builtin);
    }

    private static Model model(String provider, String id, String... also) {
        return new Model(provider, id, Set.of(also), id, 1000, 100, NOW, List.of());
    }

    private Decision decide(String requested, String... globs) {
        Caller caller = new Caller("id", "name", "default", List.of(globs));
        return new AccessDecider().decide(caller, catalog.resolve(requested, Dialect.OPENAI, NOW), requested);
    }

    private void assertPermitted(String requested, String... globs) {
        assertInstanceOf(Permitted.class, decide(requested, globs));
    }

    private void assertDenied(Reason reason, String requested, String... globs) {
        Denied denied = assertInstanceOf(Denied.class, decide(requested, globs));
        assertEquals(reason, denied.reason());
        assertEquals(List.of(globs), denied.allowed());
    }

    @Test
    void withoutTheRightToCallModelsNoneIsPermitted() {
        Caller caller = Caller.ofToken("gra_1", "App", "default", Set.of(Right.USAGE), List.of(), "per_1", "client");
        Decision decision =
                new AccessDecider().decide(caller, catalog.resolve("claude-x", Dialect.OPENAI, NOW), "claude-x");
        assertEquals(new Denied(Reason.MODEL_NOT_PERMITTED, List.of()), decision);
    }

    @Test
    void aKeyWithoutGlobsMayUseEverything() {
        assertPermitted("claude-x");
        assertPermitted("fast");
        assertPermitted("openai/brand-new");
        assertPermitted("brand-new");
    }

    @Test
    void aGlobPermitsTheNameAsTyped() {
        assertPermitted("claude-x", "claude-*");
        assertPermitted("claude-x-20260101", "claude-*");
        assertPermitted("anthropic/claude-x", "anthropic/*");
        assertPermitted("fast", "fast");
        assertDenied(Reason.MODEL_NOT_PERMITTED, "claude-x-20260101", "claude-x");
    }

    @Test
    void aQualifiedGlobPermitsTheBareName() {
        assertPermitted("claude-x", "anthropic/*");
        assertPermitted("gpt-x", "openai/gpt-x");
        assertDenied(Reason.MODEL_NOT_PERMITTED, "gpt-x", "resale/gpt-x");
    }

    @Test
    void aBareGlobPermitsTheQualifiedNameOnlyWhereTheBareNameLeads() {
        assertPermitted("openai/gpt-x", "gpt-x");
        assertDenied(Reason.MODEL_NOT_PERMITTED, "resale/gpt-x", "gpt-x");
    }

    @Test
    void anAliasIsPermittedByItsOwnNameOrByAllItsCandidates() {
        assertPermitted("fast", "anthropic/*", "openai/*");
        assertPermitted("fast", "claude-x", "gpt-x");
        assertDenied(Reason.MODEL_NOT_PERMITTED, "fast", "anthropic/*");
        assertPermitted("claude-cheap", "claude-*");
        assertDenied(Reason.MODEL_NOT_PERMITTED, "claude-cheap", "anthropic/*");
    }

    @Test
    void anUnknownModelIsPermittedOnlyWhereAGlobSaysSo() {
        assertPermitted("gpt-next", "gpt-*");
        assertPermitted("gpt-next", "openai/*");
        assertPermitted("resale/llama", "resale/*");
        assertDenied(Reason.MODEL_UNKNOWN, "gpt-next", "claude-*");
        assertDenied(Reason.MODEL_UNKNOWN, "resale/llama", "openai/*");
    }

    @Test
    void aNameThatLeadsNowhereIsDeniedEvenToAKeyForEverything() {
        assertDenied(Reason.MODEL_UNKNOWN, "nowhere/claude-x");
        assertDenied(Reason.MODEL_UNKNOWN, "nowhere/claude-x", "*");
    }

    @Test
    void permitsAllCandidatesInTheirOrder() {
        Permitted permitted = assertInstanceOf(Permitted.class, decide("fast", "fast"));
        assertEquals(
                List.of("anthropic/claude-x", "openai/gpt-x"),
                permitted.candidates().stream().map(c -> c.qualifiedName()).toList());
    }
}
