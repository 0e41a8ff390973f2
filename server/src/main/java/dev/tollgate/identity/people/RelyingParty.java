package dev.tollgate.identity.people;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Whom passkeys are for (WebAuthn section 5.1.2): the host of this gate's public address, and the origin of its pages.
 *
 * @param id the host
 * @param origin such as {@code https://gate.example.com}, without the scheme's own port
 */
record RelyingParty(String id, String origin) {
    private static final String LOCALHOST = "localhost";

    /**
     * Empty where a browser would have no passkeys: at a bare IP address, and without TLS. This machine's own address is
     * taken for {@code localhost}, which is one of the names that need no TLS.
     */
    static Optional<RelyingParty> of(String publicUrl) {
        URI url;
        try {
            url = new URI(publicUrl);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        if (url.getScheme() == null || url.getHost() == null) {
            return Optional.empty();
        }
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        String host = withoutBrackets(url.getHost().toLowerCase(Locale.ROOT));
        try {
            if (!InetAddress.ofLiteral(host).isLoopbackAddress()) {
                return Optional.empty();
            }
            host = LOCALHOST;
        } catch (IllegalArgumentException e) {
            // a name, as it should be
        }
        boolean local = host.equals(LOCALHOST) || host.endsWith("." + LOCALHOST);
        if (!scheme.equals("https") && !(scheme.equals("http") && local)) {
            return Optional.empty();
        }
        int own = scheme.equals("https") ? 443 : 80;
        String port = url.getPort() < 0 || url.getPort() == own ? "" : ":" + url.getPort();
        return Optional.of(new RelyingParty(host, scheme + "://" + host + port));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
