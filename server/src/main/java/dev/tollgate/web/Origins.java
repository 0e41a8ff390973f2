package dev.tollgate.web;

import java.net.URI;
import java.util.Locale;

/** Origins as browsers write them (RFC 6454 section 6.1). */
public final class Origins {
    private Origins() {}

    /** Of an http or https URL: scheme and host in lower case, the port only where it is not the scheme's own. */
    public static String of(String url) {
        URI uri = URI.create(url);
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        int own = scheme.equals("https") ? 443 : 80;
        String port = uri.getPort() < 0 || uri.getPort() == own ? "" : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }
}
