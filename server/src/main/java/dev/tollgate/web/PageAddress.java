package dev.tollgate.web;

import java.net.InetAddress;
import java.net.URI;
import java.util.Objects;

/** Where browsers are to open pages. */
public final class PageAddress {
    private PageAddress() {}

    /**
     * The public address, with this machine's own by its name: at {@code http://127.0.0.1} a browser has no passkeys, and
     * at {@code http://localhost}, which is the same server, it has (WebAuthn section 5.1.2 wants a domain).
     */
    public static String of(String publicUrl) {
        URI url = URI.create(publicUrl);
        String host = url.getHost();
        if (host == null || !isThisMachine(host)) {
            return publicUrl;
        }
        return url.getScheme() + "://localhost" + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /**
     * Whether a browser came by the public address's own host where its pages are to be opened by another name of it. Cookies
     * are the host's: whoever signed in under one name has not under the other.
     *
     * @param home where browsers are to open pages
     */
    public static boolean isElsewhere(WebRequest request, String publicUrl, String home) {
        return !publicUrl.equals(home)
                && Objects.equals(request.header("host"), URI.create(publicUrl).getRawAuthority());
    }

    /**
     * Whether a name or an address is this machine's own and nobody else's, so that whoever comes by it is here.
     *
     * @param host an IPv6 address with its brackets or without
     */
    public static boolean isThisMachine(String host) {
        return host.equalsIgnoreCase("localhost")
                || isOwn(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    }

    private static boolean isOwn(String host) {
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        } catch (IllegalArgumentException e) {
            return false; // a name
        }
    }
}
