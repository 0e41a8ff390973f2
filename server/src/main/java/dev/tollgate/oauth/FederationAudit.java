package dev.tollgate.oauth;

import dev.tollgate.identity.federation.TrustRule;
import dev.tollgate.kernel.Json;
import dev.tollgate.kernel.store.StoredText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the audit trail tells of rules and of tokens of others: never a token, and what came from outside bounded. */
final class FederationAudit {
    private static final int LONGEST_VALUE = 200;
    private static final int LONGEST_REASONS = 1_000;
    /** What tells one job from another, where the issuer says it. */
    private static final List<String> TELLING =
            List.of("sub", "jti", "repository", "repository_id", "ref", "environment", "event_name", "run_id");

    private FederationAudit() {}

    static String describe(TrustRule rule) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", rule.id());
        fields.put("kind", rule.kind().wireName());
        fields.put("issuer", rule.issuer());
        fields.put("private", rule.near());
        fields.put("audience", rule.audience());
        fields.put("claims", new TreeMap<>(rule.claims()));
        fields.put("scopes", Scopes.joined(rule.scopes()));
        fields.put("account", rule.account());
        TrustRule.Cap cap = rule.cap();
        if (cap != null) {
            fields.put("cap_nano_usd", cap.nanoUsd());
            fields.put("cap_window", cap.monthly() ? "month" : "day");
        }
        fields.put("lifetime_seconds", rule.lifetime().toSeconds());
        return Json.MAPPER.writeValueAsString(fields);
    }

    static String accepted(FederationToken token, AccessGrant grant, String address) {
        Map<String, Object> fields = telling(token, address);
        fields.put("grant", grant.id());
        return Json.MAPPER.writeValueAsString(fields);
    }

    /**
     * Why one was refused.
     *
     * @param token null: what was presented is none
     * @param before how many others of that address had no row since the last
     */
    static String denied(@Nullable FederationToken token, List<String> reasons, String address, long before) {
        Map<String, Object> fields = telling(token, address);
        fields.put("why", StoredText.clean(String.join("; ", reasons), LONGEST_REASONS));
        if (before > 0) {
            fields.put("unproven_before", before);
        }
        return Json.MAPPER.writeValueAsString(fields);
    }

    /** Of tokens that nobody is proven to have signed, beyond the first of that minute and address. */
    static String summed(String address, long count) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("address", address);
        fields.put("why", "as the one before from there; no trusted issuer is proven to have signed them");
        fields.put("count", count);
        return Json.MAPPER.writeValueAsString(fields);
    }

    private static Map<String, Object> telling(@Nullable FederationToken token, String address) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (token != null) {
            fields.put("issuer", StoredText.clean(token.issuer(), LONGEST_VALUE));
            for (String claim : TELLING) {
                String value = token.text(claim);
                if (value != null) {
                    fields.put(claim, StoredText.clean(value, LONGEST_VALUE));
                }
            }
        }
        fields.put("address", address);
        return fields;
    }
}
