package dev.tollgate.oauth;

import dev.tollgate.kernel.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the audit trail says of grants, as JSON. */
final class GrantDetails {
    private GrantDetails() {}

    static String of(AccessGrant grant) {
        SpendingCap cap = grant.cap();
        Instant expires = grant.expiresAt();
        return of(
                "client", grant.clientId(),
                "person", grant.personId(),
                "scopes", Scopes.joined(grant.scopes()),
                "resource", grant.resource(),
                "cap_nano_usd", cap == null ? null : cap.nanoUsd(),
                "cap_window", cap == null ? null : cap.window().wireName(),
                "expires_at", expires == null ? null : expires.toString());
    }

    /** Names and values in turn; a null is left out. */
    static String of(@Nullable Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            Object value = namesAndValues[i + 1];
            if (value != null) {
                fields.put(String.valueOf(namesAndValues[i]), value);
            }
        }
        return Json.MAPPER.writeValueAsString(fields);
    }
}
