package dev.tollgate.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.StoreUnavailable;
import dev.tollgate.kernel.store.TestDatabase;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Providers, and how changes are kept. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class CatalogTest extends CatalogHouse {
    @Test
    void fourProvidersExistFromTheStart() {
        Map<String, Provider> providers = catalog().view().providers();
        assertEquals(List.of("anthropic", "gemini", "openai", "sim"), List.copyOf(providers.keySet()));
        assertTrue(providers.values().stream().allMatch(Provider::builtin));
        assertEquals(
                List.of(
                        "https://api.anthropic.com X_API_KEY [ANTHROPIC]",
                        "https://generativelanguage.googleapis.com X_GOOG_API_KEY [GEMINI]",
                        "https://api.openai.com BEARER [OPENAI]",
                        "http://127.0.0.1:9 NONE [ANTHROPIC, OPENAI, GEMINI]"),
                providers.values().stream()
                        .map(p -> p.baseUrl() + " " + p.auth() + " "
                                + p.dialects().stream().sorted().toList())
                        .toList());
    }

    @Test
    void anAddedProviderIsThereAtOnceAndAfterARestart() {
        Catalog catalog = catalog();
        Provider added = catalog.addProvider(openAiLike("local-llama", "http://192.168.1.20:8000/v1"), "owner");
        assertEquals(URI.create("http://192.168.1.20:8000"), added.baseUrl());
        assertEquals(AuthStyle.BEARER, added.auth());
        assertEquals(added, catalog.view().providers().get("local-llama"));
        assertEquals(added, catalog().view().providers().get("local-llama"));
        assertEquals("local-llama/llama", first(catalog, "local-llama/llama").qualifiedName());
        assertEquals(
                List.of("owner provider.added local-llama {\"dialects\":[\"openai\"],"
                        + "\"base_url\":\"http://192.168.1.20:8000\",\"auth\":\"bearer\"}"),
                audited);
    }

    @Test
    void aBuiltinProviderCanBeMovedAndStaysBuiltin() {
        Catalog catalog = catalog();
        Provider moved = catalog.changeProvider("anthropic", "https://proxy.example.org/anthropic/", null, "owner");
        assertEquals(URI.create("https://proxy.example.org/anthropic"), moved.baseUrl());
        assertTrue(moved.builtin());
        assertEquals(AuthStyle.X_API_KEY, moved.auth());
        assertEquals(moved, catalog().view().providers().get("anthropic"));
        catalog.changeProvider("anthropic", null, AuthStyle.BEARER, "owner");
        Provider after = catalog().view().providers().get("anthropic");
        assertNotNull(after);
        assertEquals(AuthStyle.BEARER, after.auth());
        assertEquals(moved.baseUrl(), after.baseUrl());
    }

    @Test
    void theSimulatedProvidersAddressIsNeverStored() {
        Catalog catalog = catalog();
        URI here = URI.create("http://127.0.0.1:8080/sim");
        catalog.setSimulatedProvider(here);
        assertEquals(here, first(catalog, "sim/echo").provider().baseUrl());
        catalog.setAlias(new Alias("a", List.of("sim/echo")), false, "owner");
        assertEquals(here, first(catalog, "a").provider().baseUrl(), "a change keeps it");
        assertEquals(
                BuiltinProviders.SIMULATED_NOWHERE,
                first(catalog(), "sim/echo").provider().baseUrl());
        refused(Refusal.Kind.INVALID, () -> catalog.changeProvider("sim", "https://x.example", null, "owner"));
    }

    @Test
    void refusesProvidersThatCannotBe() {
        Catalog catalog = catalog();
        catalog.addProvider(openAiLike("mine", "https://x.example"), "owner");
        refused(Refusal.Kind.CONFLICT, () -> catalog.addProvider(openAiLike("mine", "https://x.example"), "owner"));
        refused(Refusal.Kind.CONFLICT, () -> catalog.addProvider(openAiLike("openai", "https://x.example"), "owner"));
        for (String name : List.of("", "Mine", "-x", "a/b", "a.b", "a b", "x".repeat(64), "a'; DROP TABLE provider")) {
            refused(Refusal.Kind.INVALID, () -> catalog.addProvider(openAiLike(name, "https://x.example"), "owner"));
        }
        refused(
                Refusal.Kind.INVALID,
                () -> catalog.addProvider(openAiLike("in-clear", "http://public.example"), "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.changeProvider("nobody", "https://x.example", null, "owner"));
        refused(Refusal.Kind.INVALID, () -> catalog.changeProvider("mine", null, null, "owner"));
        assertEquals(1, audited.size(), "nothing that was refused is in the audit");
    }

    @Test
    void aProviderInUseIsNotRemovedAndTheRefusalNamesItsUsers() {
        Catalog catalog = catalog();
        catalog.addProvider(openAiLike("mine", "https://x.example"), "owner");
        credentials = Map.of("mine", List.of("team-key", "spare-key"));
        Refusal used = refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("mine", "owner"));
        assertTrue(used.text().contains("team-key, spare-key"), used.text());
        credentials = Map.of();
        catalog.setAlias(new Alias("fast", List.of("openai/gpt-5", "mine/llama")), true, "owner");
        Refusal named = refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("mine", "owner"));
        assertTrue(named.text().contains("fast"), named.text());
        catalog.removeAlias("fast", "owner");
        catalog.removeProvider("mine", "owner");
        assertNull(catalog.view().providers().get("mine"));
        assertNull(catalog().view().providers().get("mine"));
        refused(Refusal.Kind.CONFLICT, () -> catalog.removeProvider("openai", "owner"));
        refused(Refusal.Kind.NOT_FOUND, () -> catalog.removeProvider("mine", "owner"));
    }

    @Test
    void aChangeWithoutItsAuditRowIsNotKept() {
        AuditTrail broken = (tx, actor, action, subject, detail) -> {
            throw new IllegalStateException("no audit");
        };
        Catalog catalog = catalog(broken);
        assertThrows(
                StoreUnavailable.class, () -> catalog.setAlias(new Alias("fast", List.of("sim/echo")), false, "owner"));
        assertTrue(catalog.view().aliases().isEmpty());
        assertTrue(catalog().view().aliases().isEmpty());
    }

    @Test
    void changesAtOnceAllArrive() throws InterruptedException, ExecutionException {
        Catalog catalog = catalog((tx, actor, action, subject, detail) -> {});
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<AliasChange>> changes = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "alias-" + i;
                changes.add(
                        threads.submit(() -> catalog.setAlias(new Alias(name, List.of("sim/echo")), false, "owner")));
            }
            for (Future<AliasChange> change : changes) {
                String name = change.get().alias().name();
                assertTrue(catalog.view().aliases().containsKey(name), "there once the change has returned");
            }
        }
        assertEquals(20, catalog.view().aliases().size());
    }

    @Test
    void anotherNodesChangeIsSeenAfterReload() {
        Catalog one = catalog();
        Catalog other = catalog();
        one.setAlias(new Alias("fast", List.of("sim/echo")), false, "owner");
        assertTrue(other.view().aliases().isEmpty());
        other.reload();
        assertEquals("sim/echo", first(other, "fast").qualifiedName());
    }
}
