package dev.tollgate.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import dev.tollgate.kernel.store.TestDatabase;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Settings documents in both stores: what is set, for whom it holds, and what is told of it. */
class ManagedSettingsTest {
    private final List<String> audited = new ArrayList<>();

    @TempDir
    Path folder = Path.of("");

    private ManagedSettings open(Store store) {
        return new ManagedSettings(
                store,
                (tx, actor, action, subject, detail) ->
                        audited.add(actor + " " + action + " [" + subject + "] " + detail),
                InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_000L)));
    }

    private static SettingsDocument set(ManagedSettings settings, @Nullable String group, String json) {
        return settings.set(group, Json.MAPPER.readTree(json), "ann");
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void theDocumentForEverybodyLiesBelowThoseOfGroupsInTheOrderOfTheirNames(TestDatabase database) throws Exception {
        try (Store store = Store.open(database.fresh(folder))) {
            ManagedSettings settings = open(store);
            assertEquals(Optional.empty(), settings.of(List.of("a", "b")));
            set(settings, "b", "{\"who\":\"b\",\"b\":1}");
            set(settings, "B", "{\"who\":\"B\",\"B\":1}");
            set(settings, "a", "{\"who\":\"a\",\"a\":1}");
            assertEquals(Optional.empty(), settings.of(List.of()), "none for everybody");
            set(settings, null, "{\"who\":\"all\",\"all\":1}");
            assertEquals(
                    "{\"B\":1,\"a\":1,\"all\":1,\"b\":1,\"who\":\"b\"}",
                    settings.of(List.of("b", "B", "a")).orElseThrow().settings(),
                    "B before a before b, in whatever order the groups are named");
            assertEquals(settings.of(List.of("b", "a")), settings.of(List.of("a", "b", "without-a-document")));
            assertEquals(
                    "{\"a\":1,\"all\":1,\"who\":\"a\"}",
                    settings.of(List.of("a")).orElseThrow().settings(),
                    "of other groups nothing");
            assertEquals(
                    "{\"all\":1,\"who\":\"all\"}",
                    settings.of(List.of()).orElseThrow().settings());
            List<String> groups = settings.list().stream()
                    .map(document -> String.valueOf(document.group()))
                    .toList();
            assertEquals(List.of("null", "B", "a", "b"), groups);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aDocumentIsReplacedAndTakenAwayAndTheTrailHasItsChecksumAlone(TestDatabase database) throws Exception {
        try (Store store = Store.open(database.fresh(folder))) {
            ManagedSettings settings = open(store);
            set(settings, "lab", "{\"secret\":\"s3cr3t\"}");
            EffectiveSettings before = settings.of(List.of("lab")).orElseThrow();
            set(settings, "lab", "{\"secret\":\"other\",\"text\":\"😀 ü \\u0001\"}");
            EffectiveSettings after = settings.of(List.of("lab")).orElseThrow();
            assertEquals("{\"secret\":\"other\",\"text\":\"😀 ü \\u0001\"}", after.settings());
            assertEquals(before.uuid(), after.uuid(), "of the same document");
            assertNotEquals(before.checksum(), after.checksum());
            assertEquals(1, settings.list().size());
            assertEquals(1_700_000_000_000L, settings.show("lab").updatedAtMillis());
            settings.remove("lab", "ann");
            assertEquals(List.of(), settings.list());
            assertThrows(Refusal.class, () -> settings.remove("lab", "ann"));
            assertThrows(Refusal.class, () -> settings.remove(null, "ann"));
            assertThrows(Refusal.class, () -> settings.show("lab"));
            assertEquals("ann settings.set [lab] {\"checksum\":\"" + before.checksum() + "\"}", audited.get(0));
            assertTrue(audited.contains("ann settings.removed [lab] "), audited.toString());
            assertFalse((audited + "" + before + after).contains("s3cr3t"));
        }
    }
}
