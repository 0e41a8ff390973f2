package dev.tollgate.oauth;

import dev.tollgate.web.Origins;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where answers may be sent: compared exactly, but for the port of a loopback address (RFC 8252 section 7.3, RFC 9700 section 2.1). */
final class RedirectUris {
    private static final int LONGEST = 2_000;
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");
    /** Of editors that are in the field with a scheme of their own and no dot in it. */
    private static final Set<String> EDITORS = Set.of("cursor", "vscode", "vscode-insiders", "windsurf", "zed");

    private RedirectUris() {}

    /** Why it may not be registered; null if it may. */
    static @Nullable String fault(String text) {
        URI uri = parse(text);
        if (text.length() > LONGEST || uri == null || uri.getScheme() == null) {
            return "A redirect URI is not absolute, or too long.";
        }
        if (uri.getRawFragment() != null) {
            return "A redirect URI has a fragment (RFC 6749 section 3.1.2).";
        }
        if (uri.getRawUserInfo() != null) {
            return "A redirect URI names a user.";
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (scheme.equals("https")) {
            return uri.getHost() == null ? "A redirect URI has no host." : null;
        }
        if (scheme.equals("http")) {
            return isLoopback(text) ? null : "A redirect URI with http must be on loopback; use https.";
        }
        // RFC 8252 section 7.1: the scheme of an app is a domain name in reverse, so that it belongs to somebody.
        boolean private_ = scheme.indexOf('.') > 0 || EDITORS.contains(scheme);
        return private_ ? null : "A redirect URI must be https, loopback, or have a scheme such as com.example.app.";
    }

    static boolean isLoopback(String text) {
        URI uri = parse(text);
        return uri != null
                && "http".equalsIgnoreCase(uri.getScheme())
                && uri.getHost() != null
                && LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
    }

    /**
     * The origin (RFC 6454) of the pages that are there: https or loopback, its port included. Null: an address of no page, such as
     * one with an app's own scheme.
     */
    static @Nullable String origin(String text) {
        URI uri = parse(text);
        boolean pages =
                uri != null && uri.getHost() != null && ("https".equalsIgnoreCase(uri.getScheme()) || isLoopback(text));
        return pages ? Origins.of(text) : null;
    }

    /** The origins of all the pages that are there, none twice. */
    static List<String> origins(Collection<String> texts) {
        Set<String> origins = new LinkedHashSet<>();
        for (String text : texts) {
            String origin = origin(text);
            if (origin != null) {
                origins.add(origin);
            }
        }
        return List.copyOf(origins);
    }

    /** Whether answers to this address go to one of those that are registered. */
    static boolean matches(List<String> registered, String asked) {
        if (registered.contains(asked)) {
            return true;
        }
        if (!isLoopback(asked)) {
            return false;
        }
        String portless = withoutPort(asked);
        return registered.stream()
                .anyMatch(each -> isLoopback(each) && withoutPort(each).equals(portless));
    }

    /** As it was written, but for the port: nothing else is normalised. */
    private static String withoutPort(String text) {
        int authority = text.indexOf("//") + 2;
        int end = authority;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        int colon = text.lastIndexOf(':', end - 1);
        int bracket = text.lastIndexOf(']', end - 1);
        boolean port = colon >= authority && colon > bracket;
        return port ? text.substring(0, colon) + text.substring(end) : text;
    }

    private static @Nullable URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
