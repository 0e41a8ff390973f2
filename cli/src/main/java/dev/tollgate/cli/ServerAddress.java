package dev.tollgate.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where the server is.
 *
 * @param base scheme, host, port and perhaps a path; without a trailing slash
 */
record ServerAddress(URI base) {
    static final String VARIABLE = "TOLLGATE_URL";
    static final String DEFAULT = "http://127.0.0.1:8080";

    private static final Pattern LOOPBACK_V4 = Pattern.compile("127(\\.\\d{1,3}){3}");

    /** {@code TOLLGATE_URL}, else {@value #DEFAULT}. */
    static ServerAddress of(Surroundings surroundings) {
        Optional<String> given = surroundings.variable(VARIABLE);
        return given.isEmpty() ? new ServerAddress(URI.create(DEFAULT)) : parse(given.get());
    }

    /**
     * @throws Failure (usage) where it is no http or https address, or carries a user, a query or a fragment. Not
     *     echoed: a password may stand in it.
     */
    static ServerAddress parse(String address) {
        try {
            URI uri = new URI(address.replaceFirst("/+$", ""));
            String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
            boolean plain = uri.getUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (plain && uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
                return new ServerAddress(uri);
            }
        } catch (URISyntaxException malformed) {
            // The same answer as for an address that is well formed and of no use.
        }
        throw Failure.usage(
                VARIABLE + " is not the address of a server.",
                "Set it to one like http://127.0.0.1:8080 or https://gate.example.org.");
    }

    /** True where what is sent can be read on the way. */
    boolean isExposed() {
        return "http".equalsIgnoreCase(base.getScheme()) && !isLoopback();
    }

    /** True where it is this machine. */
    boolean isLoopback() {
        return isLoopback(base.getHost());
    }

    /** By its literal alone: a name that resolves to loopback now may resolve elsewhere at the connection. */
    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.equals("[::1]")
                || LOOPBACK_V4.matcher(host).matches();
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
