package dev.tollgate.web;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where to go on to after signing in. Only to places of our own that are on a list: an address that a link brings along is
 * an attacker's until it is shown to be ours (RFC 9700 section 4.11).
 */
public final class ReturnTo {
    private static final int LONGEST = 8192;

    private final List<String> prefixes;

    /**
     * Only to these.
     *
     * @param prefixes paths such as {@code /account}: the path itself, what is below it, and its queries
     */
    public ReturnTo(List<String> prefixes) {
        if (!prefixes.stream().allMatch(prefix -> prefix.matches("(/[a-z0-9-]+)+"))) {
            throw new IllegalArgumentException("A prefix is a plain path without a slash at its end: " + prefixes);
        }
        this.prefixes = List.copyOf(prefixes);
    }

    /** The value, if it is a place of ours on the list; else null. */
    public @Nullable String of(@Nullable String value) {
        return value != null && isLocal(value) && prefixes.stream().anyMatch(prefix -> under(prefix, value))
                ? value
                : null;
    }

    /** The value, if it is a place of ours on the list; else the fallback. */
    public String or(@Nullable String value, String fallback) {
        String checked = of(value);
        return checked == null ? fallback : checked;
    }

    /**
     * One slash and then no second (a browser reads {@code //host} and {@code /\host} as another host, and drops tabs and
     * line ends first), visible ASCII only, and in the path nothing that could climb out of its prefix: no empty or dotted
     * segments, no percent sign.
     */
    private static boolean isLocal(String value) {
        if (value.length() > LONGEST || !value.startsWith("/")) {
            return false;
        }
        if (!value.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\' && c != '#')) {
            return false;
        }
        String path = path(value);
        return !path.contains("//") && !path.contains("/.") && path.indexOf('%') < 0;
    }

    private static boolean under(String prefix, String value) {
        String path = path(value);
        return path.equals(prefix) || path.startsWith(prefix + "/");
    }

    private static String path(String value) {
        int query = value.indexOf('?');
        return query < 0 ? value : value.substring(0, query);
    }
}
