package dev.tollgate.settings;

import dev.tollgate.kernel.AuditTrail;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.kernel.store.Store;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The settings documents, one for everybody and one for each group, as administrators set them. What a document means is the tool's
 * affair. All nodes read the store, so that a change holds everywhere with the next question. Everything here blocks.
 */
public final class ManagedSettings {
    private static final int MOST_CHARACTERS = 256 * 1024;
    /** In the store, of the document for everybody. */
    private static final String EVERYBODY = "";

    private final Store store;
    private final AuditTrail audit;
    private final InstantSource clock;

    public ManagedSettings(Store store, AuditTrail audit, InstantSource clock) {
        this.store = store;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Sets a document, in place of the one that was there.
     *
     * @param group null: for everybody
     * @throws Refusal if it is no JSON object that every client reads alike, or too large
     */
    public SettingsDocument set(@Nullable String group, JsonNode settings, String actor) {
        if (!settings.isObject()) {
            throw Refusal.invalid("The settings are not a JSON object.", "Give an object, such as {\"env\": {}}.");
        }
        if (!CanonicalJson.holds(settings)) {
            throw Refusal.invalid(
                    "The settings hold a number that not every client reads alike, or text that is not Unicode.",
                    "Give numbers that fit a double exactly, and whole characters but U+0000.");
        }
        String document = CanonicalJson.of(settings);
        if (document.length() > MOST_CHARACTERS) {
            throw Refusal.invalid("The settings are longer than 262144 characters.", "Give fewer.");
        }
        long now = clock.millis();
        store.write(tx -> {
            tx.handle()
                    .execute(
                            "INSERT INTO managed_settings (group_name, document, updated_at) VALUES (?, ?, ?)"
                                    + " ON CONFLICT (group_name) DO UPDATE SET document = excluded.document,"
                                    + " updated_at = excluded.updated_at",
                            name(group),
                            document,
                            now);
            // Not the settings themselves: the trail is for ever, and they may hold secrets.
            audit.record(
                    tx,
                    actor,
                    "settings.set",
                    name(group),
                    Json.MAPPER.writeValueAsString(Map.of("checksum", EffectiveSettings.checksum(document))));
            return true;
        });
        return new SettingsDocument(group, settings, now);
    }

    /**
     * Takes a document away.
     *
     * @param group null: the one for everybody
     * @throws Refusal if there is none
     */
    public void remove(@Nullable String group, String actor) {
        store.write(tx -> {
            int removed = tx.handle().execute("DELETE FROM managed_settings WHERE group_name = ?", name(group));
            if (removed == 0) {
                throw none();
            }
            audit.record(tx, actor, "settings.removed", name(group), "");
            return true;
        });
    }

    /**
     * One document.
     *
     * @param group null: the one for everybody
     * @throws Refusal if there is none
     */
    public SettingsDocument show(@Nullable String group) {
        return list().stream()
                .filter(document -> name(document.group()).equals(name(group)))
                .findFirst()
                .orElseThrow(ManagedSettings::none);
    }

    /** All documents: the one for everybody, then those of groups in the order of their names. */
    public List<SettingsDocument> list() {
        return store.read(ManagedSettings::read);
    }

    private static List<SettingsDocument> read(Handle handle) {
        // Sorted here: databases collate names each in their own way.
        return handle
                .createQuery("SELECT group_name, document, updated_at FROM managed_settings")
                .map((row, context) -> {
                    String group = row.getString("group_name");
                    return new SettingsDocument(
                            group.equals(EVERYBODY) ? null : group,
                            Json.MAPPER.readTree(row.getString("document")),
                            row.getLong("updated_at"));
                })
                .stream()
                .sorted((a, b) -> name(a.group()).compareTo(name(b.group())))
                .toList();
    }

    /**
     * What holds for somebody in these groups: the document for everybody, over it those of the groups in the order of their names,
     * the later one on top. Objects are merged name by name, lists are joined, of anything else the upper one holds.
     *
     * @return empty if there is no document for them
     */
    public Optional<EffectiveSettings> of(List<String> groups) {
        List<String> names = new ArrayList<>();
        ObjectNode merged = Json.MAPPER.createObjectNode();
        for (SettingsDocument document : list()) {
            if (document.group() == null || groups.contains(document.group())) {
                names.add(name(document.group()));
                Merging.lay((ObjectNode) document.settings(), merged);
            }
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(EffectiveSettings.of(names, merged));
    }

    private static String name(@Nullable String group) {
        return group == null ? EVERYBODY : group;
    }

    private static Refusal none() {
        return Refusal.notFound("There are no such settings.", "List them: ./tollgate settings list");
    }
}
