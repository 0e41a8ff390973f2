package dev.tollgate.web.page;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * Brings the browser on by itself, and by a link where it does not. It ends a chain that began with a form: the policy that
 * lets our forms reach only ourselves would else stop the redirect to an app, however many steps later it comes.
 *
 * @param url a local path, or an app's redirect URI
 * @param to where it goes, such as the app's name
 */
public record ContinuePage(String url, String to) implements Page {
    /** Schemes that run or show what the URL itself holds. */
    private static final Set<String> HOLLOW =
            Set.of("javascript", "data", "vbscript", "blob", "filesystem", "about", "file", "view-source");

    /**
     * Checks the address once more.
     *
     * @throws IllegalArgumentException if the browser would run it rather than go there
     */
    public ContinuePage {
        if (!url.startsWith("/")) {
            String scheme = URI.create(url).getScheme();
            if (scheme == null || HOLLOW.contains(scheme.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("No place to continue to.");
            }
        } else if (url.startsWith("//") || url.startsWith("/\\")) {
            throw new IllegalArgumentException("No local place to continue to.");
        }
    }

    @Override
    public String title() {
        return "Continue to " + Words.name(to);
    }

    @Override
    public String template() {
        return "continue";
    }

    /** Without the URL, which may hold a code. */
    @Override
    public String toString() {
        return "ContinuePage[" + to + "]";
    }
}
