package dev.tollgate.settings;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an administrator has set for one group.
 *
 * @param group null: for everybody
 * @param settings a JSON object
 * @param updatedAtMillis in epoch milliseconds
 */
public record SettingsDocument(@Nullable String group, JsonNode settings, long updatedAtMillis) {
    /** Not the settings: they may hold secrets for people's tools. */
    @Override
    public String toString() {
        return "SettingsDocument[group=" + group + "]";
    }
}
