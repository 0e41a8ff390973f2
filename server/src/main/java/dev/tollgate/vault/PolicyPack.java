package dev.tollgate.vault;

import dev.tollgate.kernel.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What providers' terms and keys look like on a certain day, as data: {@code policy-pack.json}.
 *
 * @param date ISO 8601
 * @param vendors by the name of the built-in or usual provider
 * @param rules the first that matches decides
 */
record PolicyPack(String version, String date, Map<String, Vendor> vendors, List<Rule> rules) {

    /** @param hosts of its API; a subdomain of one belongs to it too */
    record Vendor(String name, String title, List<String> hosts) {}

    /**
     * One kind of secret.
     *
     * @param what it is, with its article: "This is " goes before
     * @param vendor whose it is; null if anybody's
     * @param kind the credential's kind, where allowed
     * @param instead what to do, where refused
     * @param shared other vendors' keys may look like this
     * @param unlessKindGiven a provider of one's own may have it all the same, if the person says which kind it is
     * @param asCaller what it is when it comes as a caller's key
     * @param leasedAs the environment variable of an unmodified client, where its owner may lend it to a job of theirs; null:
     *     nobody may. It is refused as a credential all the same
     * @param notice what to know of it, where allowed; else empty
     */
    record Rule(
            String id,
            String what,
            @Nullable String vendor,
            List<String> prefixes,
            List<String> contains,
            @Nullable Pattern pattern,
            boolean allowed,
            String kind,
            String instead,
            boolean shared,
            boolean unlessKindGiven,
            Optional<Recognition.Kind> asCaller,
            @Nullable String leasedAs,
            String notice) {

        boolean matches(CharSequence secret) {
            return startsWithPrefix(secret)
                    || contains.stream().anyMatch(part -> indexOf(secret, part) >= 0)
                    || (pattern != null && pattern.matcher(secret).find());
        }

        boolean startsWithPrefix(CharSequence secret) {
            for (int i = 0; i < prefixes.size(); i++) {
                if (matchesAt(secret, 0, prefixes.get(i))) {
                    return true;
                }
            }
            return false;
        }

        private static int indexOf(CharSequence text, String part) {
            for (int at = 0; at <= text.length() - part.length(); at++) {
                if (matchesAt(text, at, part)) {
                    return at;
                }
            }
            return -1;
        }

        private static boolean matchesAt(CharSequence text, int at, String part) {
            if (text.length() - at < part.length()) {
                return false;
            }
            for (int i = 0; i < part.length(); i++) {
                if (text.charAt(at + i) != part.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The vendor whose API is at this host. */
    Optional<Vendor> vendorAt(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return vendors.values().stream()
                .filter(vendor ->
                        vendor.hosts().stream().anyMatch(known -> lower.equals(known) || lower.endsWith("." + known)))
                .findFirst();
    }

    static PolicyPack load() {
        try (InputStream in = PolicyPack.class.getResourceAsStream("policy-pack.json")) {
            if (in == null) {
                throw new IllegalStateException("policy-pack.json is missing from the class path");
            }
            return read(Json.MAPPER.readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PolicyPack read(JsonNode pack) {
        Map<String, Vendor> vendors = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> vendor : pack.path("vendors").properties()) {
            vendors.put(
                    vendor.getKey(),
                    new Vendor(
                            vendor.getKey(), required(vendor.getValue(), "title"), texts(vendor.getValue(), "hosts")));
        }
        List<Rule> rules = new ArrayList<>();
        for (JsonNode rule : pack.path("rules").values()) {
            rules.add(rule(rule));
        }
        return new PolicyPack(required(pack, "version"), required(pack, "date"), vendors, List.copyOf(rules));
    }

    private static Rule rule(JsonNode node) {
        String pattern = optional(node, "pattern");
        String asCaller = optional(node, "as_caller");
        boolean allowed = required(node, "verdict").equals("allowed");
        return new Rule(
                required(node, "id"),
                required(node, "what"),
                optional(node, "vendor"),
                texts(node, "prefixes"),
                texts(node, "contains"),
                pattern == null ? null : Pattern.compile(pattern),
                allowed,
                allowed ? required(node, "kind") : "",
                allowed ? "" : required(node, "instead"),
                node.path("shared").booleanValue(false),
                node.path("unless_kind_given").booleanValue(false),
                Optional.ofNullable(asCaller).map(Recognition.Kind::of),
                optional(node, "leased_as"),
                node.path("notice").stringValue(""));
    }

    private static String required(JsonNode node, String field) {
        String text = optional(node, field);
        if (text == null) {
            throw new IllegalStateException("policy-pack.json lacks a text: " + field);
        }
        return text;
    }

    private static @Nullable String optional(JsonNode node, String field) {
        return node.path(field).stringValueOpt().orElse(null);
    }

    private static List<String> texts(JsonNode node, String field) {
        return node.path(field).values().stream().map(JsonNode::stringValue).toList();
    }
}
