package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A provider's base URL as people type it. Nothing of it is repeated in a refusal before it is known to hold no user
 * name or password.
 */
final class BaseUrl {
    private static final int MAX_LENGTH = 512;
    private static final int MAX_PORT = 65_535;
    private static final String BYTE = "(0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])";
    private static final Pattern DOTTED_DECIMAL = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?");
    /** The gate appends the version itself, so that one address serves every endpoint of a dialect. */
    private static final List<String> VERSIONS = List.of("/v1", "/v1beta");

    private static final List<String> ENDPOINTS =
            List.of("/messages", "/completions", "/responses", "/embeddings", "/models");

    private static final String EXAMPLE = "Write it like https://llm.example.org or http://192.168.1.20:8000/v1.";

    private BaseUrl() {}

    /**
     * See {@link OutboundAddress#clean}.
     *
     * @throws Refusal if it is no address that the gate may call
     */
    static URI clean(String typed) {
        URI uri = parse(typed.strip());
        String scheme = scheme(uri);
        if (holdsUser(uri)) {
            throw Refusal.invalid(
                    "The address holds a user name or password.",
                    "Leave it out, and add the secret as a credential: ./tollgate credential add");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw Refusal.invalid("The address has a query or a fragment.", "Leave out everything from ? or # on.");
        }
        String host = host(uri, "https".equals(scheme));
        return URI.create(scheme + "://" + host + port(uri, scheme) + path(uri));
    }

    /**
     * See {@link OutboundAddress#cleanWhole}.
     *
     * @throws Refusal if it is no address that the gate may call
     */
    static URI cleanWhole(String typed) {
        URI uri = parse(typed.strip());
        String scheme = scheme(uri);
        if (holdsUser(uri)) {
            throw Refusal.invalid("The address holds a user name or password.", "Leave it out.");
        }
        if (uri.getRawFragment() != null) {
            throw Refusal.invalid("The address has a fragment.", "Leave out everything from # on.");
        }
        String host = host(uri, "https".equals(scheme));
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(scheme + "://" + host + port(uri, scheme) + uri.getRawPath() + query);
    }

    private static boolean holdsUser(URI uri) {
        return uri.getRawUserInfo() != null
                || String.valueOf(uri.getRawAuthority()).contains("@");
    }

    private static URI parse(String typed) {
        if (typed.length() > MAX_LENGTH) {
            throw Refusal.invalid("The address is longer than " + MAX_LENGTH + " characters.", EXAMPLE);
        }
        try {
            return new URI(typed);
        } catch (URISyntaxException e) {
            throw Refusal.invalid("The address is not a URL.", EXAMPLE);
        }
    }

    private static String scheme(URI uri) {
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw Refusal.invalid("The address does not begin with https:// or http://.", EXAMPLE);
        }
        return scheme;
    }

    private static String host(URI uri, boolean encrypted) {
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw Refusal.invalid(
                    "The address has no host, or one in a form that hides which it is.",
                    "Use a host name of letters, digits and hyphens, an IPv4 address as four decimal numbers, or an IPv6"
                            + " address in brackets.");
        }
        host = host.toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            judgeLiteral(host, encrypted);
            return host;
        }
        host = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (ENDS_IN_NUMBER.matcher(host).matches()) {
            if (!DOTTED_DECIMAL.matcher(host).matches()) {
                throw Refusal.invalid(
                        "The host is an IPv4 address in a form that hides which it is.",
                        "Write it as four decimal numbers, such as 192.168.1.20.");
            }
            judgeLiteral(host, encrypted);
        }
        return host;
    }

    private static void judgeLiteral(String host, boolean encrypted) {
        boolean six = host.startsWith("[");
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(six ? host.substring(1, host.length() - 1) : host);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("The host is not an IP address, though it looks like one.", EXAMPLE);
        }
        if (host.contains("%")) {
            throw OutboundAddress.refusal(host, "it names an interface of one machine");
        }
        if (six && address instanceof Inet4Address) {
            throw OutboundAddress.refusal(host, "it is an IPv4 address in an IPv6 one");
        }
        OutboundAddress.objection(address, encrypted).ifPresent(objection -> {
            throw OutboundAddress.refusal(host, objection);
        });
    }

    private static String port(URI uri, String scheme) {
        int port = uri.getPort();
        if (port == 0 || port > MAX_PORT) {
            throw Refusal.invalid("The port is not between 1 and " + MAX_PORT + ".", EXAMPLE);
        }
        int usual = scheme.equals("https") ? 443 : 80;
        return port < 0 || port == usual ? "" : ":" + port;
    }

    private static String path(URI uri) {
        String path = String.valueOf(uri.getRawPath());
        if (!PATH.matcher(path).matches()) {
            throw Refusal.invalid(
                    "The path of the address has empty or dotted parts, or characters other than letters, digits, '.',"
                            + " '_', '~' and '-'.",
                    EXAMPLE);
        }
        path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        for (String endpoint : ENDPOINTS) {
            if (path.endsWith(endpoint)) {
                throw Refusal.invalid(
                        "The address is that of an endpoint (" + endpoint + "), not of the server.",
                        "Give the part before /v1; Tollgate appends the endpoint of each call.");
            }
        }
        for (String version : VERSIONS) {
            if (path.endsWith(version)) {
                return path.substring(0, path.length() - version.length());
            }
        }
        return path;
    }
}
