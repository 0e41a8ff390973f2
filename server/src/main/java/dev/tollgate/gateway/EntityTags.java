package dev.tollgate.gateway;

import java.util.List;

/** Conditional requests by entity tags (RFC 9110, section 13.1.2). */
final class EntityTags {
    private EntityTags() {}

    /**
     * Whether one of the tags in {@code If-None-Match} is that one, compared weakly, or it is {@code *}.
     *
     * @param headers as they came
     * @param tag in its quotes, without a comma in it
     */
    static boolean match(List<String> headers, String tag) {
        for (String header : headers) {
            for (String each : header.split(",", -1)) {
                String given = each.strip();
                if (given.equals("*") || (given.startsWith("W/") ? given.substring(2) : given).equals(tag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
