package dev.tollgate.catalog;

import dev.tollgate.kernel.Refusal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses the gate may connect to. What a person typed is judged when it is typed, and what its name resolves to
 * before every connection: a name may be pointed elsewhere in between.
 *
 * <p>Private networks are allowed, since models run there. Never allowed are the places where a request from inside
 * gains more than the person who typed the address has: cloud metadata services, link-local and multicast addresses, and
 * forms of an address that read as something else (IANA special-purpose registries, RFC 6890).
 */
public final class OutboundAddress {
    private static final String NEAR_CURE = "Use an https address on the internet, or say that it is near: --private";

    private OutboundAddress() {}

    /**
     * Reads a whole URL as people type it, path and query included. They may be secrets: no refusal repeats them.
     *
     * @throws Refusal if it is no address that the gate may call
     */
    public static URI cleanWhole(String typed) {
        return BaseUrl.cleanWhole(typed);
    }

    /**
     * Reads a base URL as people type it and cleans it: a trailing slash, {@code /v1} or {@code /v1beta} goes, a real
     * path prefix stays.
     *
     * @throws Refusal if it is no address that the gate may call
     */
    public static URI clean(String typed) {
        return BaseUrl.clean(typed);
    }

    /**
     * Resolves the host of a cleaned URL and judges every address it has. A name that does not resolve now is accepted
     * over https, since it will be judged again before each connection. Blocking.
     *
     * @throws Refusal if one of the addresses is not to be called
     */
    public static void check(URI cleaned, HostLookup lookup) {
        boolean encrypted = "https".equals(cleaned.getScheme());
        InetAddress[] addresses;
        try {
            addresses = lookup.lookup(cleaned.getHost());
        } catch (UnknownHostException e) {
            if (encrypted) {
                return;
            }
            throw Refusal.invalid(
                    "The host " + cleaned.getHost() + " does not resolve, and http is for private addresses only.",
                    "Use https, or a name or address that this machine can reach.");
        }
        for (InetAddress address : addresses) {
            Optional<String> objection = objection(address, encrypted);
            if (objection.isPresent()) {
                throw refusal(cleaned.getHost(), objection.get());
            }
        }
    }

    /**
     * The same for places on the internet alone: https, and no address of this machine or a private network.
     *
     * @throws Refusal if one of the addresses is not to be called
     */
    public static void checkPublic(URI cleaned, HostLookup lookup) {
        if (!"https".equals(cleaned.getScheme())) {
            throw Refusal.invalid("The address is not encrypted.", NEAR_CURE);
        }
        check(cleaned, lookup);
        try {
            for (InetAddress address : lookup.lookup(cleaned.getHost())) {
                if (!isPublic(address)) {
                    throw Refusal.invalid(
                            "The host " + cleaned.getHost() + " is on this machine or in a private network.",
                            NEAR_CURE);
                }
            }
        } catch (UnknownHostException e) {
            return; // as above: judged again before each connection
        }
    }

    static Refusal refusal(String host, String objection) {
        return Refusal.invalid(
                "The host " + host + " is not a place that Tollgate calls: " + objection + ".",
                "Use an https address, or http on this machine or in a private network.");
    }

    /** Whether the gate may open an encrypted connection to that address: no {@link #objection}. */
    public static boolean permits(InetAddress resolved) {
        return objection(resolved, true).isEmpty();
    }

    /**
     * Why the gate may not connect to that address, as the end of a sentence, or empty if it may. Cheap and without I/O:
     * for each connection.
     *
     * @param encrypted whether TLS protects the connection; without it only this machine and private networks are
     *     reached, because keys and prompts would travel in the clear
     */
    public static Optional<String> objection(InetAddress resolved, boolean encrypted) {
        byte[] bytes = resolved.getAddress();
        String never = resolved instanceof Inet6Address ? never6(bytes) : never4(bytes, 0);
        if (never != null) {
            return Optional.of(never);
        }
        boolean near = resolved instanceof Inet6Address ? isNear6(bytes) : isNear4(bytes);
        return encrypted || near
                ? Optional.empty()
                : Optional.of("it is on a public network, and over http keys would travel in the clear");
    }

    private static @Nullable String never4(byte[] b, int at) {
        int first = b[at] & 0xff;
        int second = b[at + 1] & 0xff;
        int third = b[at + 2] & 0xff;
        int fourth = b[at + 3] & 0xff;
        if (first == 0) {
            return "0.0.0.0/8 names no host";
        }
        if (first == 169 && second == 254) {
            return "it is link-local, where clouds keep their metadata service";
        }
        // Metadata services that are not link-local: Alibaba Cloud, Azure's host, Oracle Cloud's classic network.
        boolean metadata = (first == 100 && second == 100 && third == 100 && fourth == 200)
                || (first == 168 && second == 63 && third == 129 && fourth == 16)
                || (first == 192 && second == 0 && third == 0);
        if (metadata) {
            return "it is a cloud's metadata service";
        }
        if (first >= 224) {
            return first < 240 ? "it is multicast" : "it is reserved";
        }
        return null;
    }

    private static boolean isNear4(byte[] b) {
        int first = b[0] & 0xff;
        int second = b[1] & 0xff;
        return first == 127
                || first == 10
                || (first == 172 && second >= 16 && second < 32)
                || (first == 192 && second == 168)
                || (first == 100 && second >= 64 && second < 128);
    }

    private static @Nullable String never6(byte[] b) {
        int head = (b[0] & 0xff) << 8 | (b[1] & 0xff);
        if (isZero(b, 0, 12)) {
            boolean loopback = isZero(b, 12, 15) && b[15] == 1;
            return loopback ? null : "it is unspecified, or an IPv4 address in an IPv6 one";
        }
        if (isZero(b, 0, 10) && (b[10] & b[11]) == -1) {
            return "it is an IPv4 address in an IPv6 one";
        }
        if ((head & 0xff00) == 0xff00) {
            return "it is multicast";
        }
        if ((head & 0xff80) == 0xfe80) {
            return "it is link-local";
        }
        if (isMetadata6(b)) {
            return "it is a cloud's metadata service";
        }
        // 6to4 (RFC 3056) and Teredo (RFC 4380) carry an IPv4 address that nobody would see.
        if (head == 0x2002 || (head == 0x2001 && b[2] == 0 && b[3] == 0)) {
            return "it is a tunnel to an IPv4 address";
        }
        // NAT64 (RFC 6052): in IPv6-only networks every IPv4 host looks like this, so judge the one inside.
        if (head == 0x0064 && (b[2] & 0xff) == 0xff && (b[3] & 0xff) == 0x9b && isZero(b, 4, 12)) {
            return never4(b, 12);
        }
        return null;
    }

    /** Amazon's {@code fd00:ec2::254} and Google's {@code fd20:ce::254}, which are unique local addresses by form. */
    private static boolean isMetadata6(byte[] b) {
        int head = (b[0] & 0xff) << 8 | (b[1] & 0xff);
        int next = (b[2] & 0xff) << 8 | (b[3] & 0xff);
        boolean known = (head == 0xfd00 && next == 0x0ec2) || (head == 0xfd20 && next == 0x00ce);
        return known && isZero(b, 4, 14) && b[14] == 0x02 && b[15] == 0x54;
    }

    private static boolean isNear6(byte[] b) {
        boolean loopback = isZero(b, 0, 15) && b[15] == 1;
        return loopback || (b[0] & 0xfe) == 0xfc;
    }

    /** Whether it is on the internet, and neither on this machine nor in a private network. */
    public static boolean isPublic(InetAddress resolved) {
        byte[] bytes = resolved.getAddress();
        if (objection(resolved, true).isPresent()) {
            return false;
        }
        if (!(resolved instanceof Inet6Address)) {
            return !isNear4(bytes);
        }
        boolean translated = bytes[0] == 0 && bytes[1] == 0x64; // NAT64, see above
        // Global unicast is 2000::/3 (RFC 4291 section 2.4, IANA's registry).
        return translated ? !isNear4(Arrays.copyOfRange(bytes, 12, 16)) : (bytes[0] & 0xe0) == 0x20;
    }

    private static boolean isZero(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (b[i] != 0) {
                return false;
            }
        }
        return true;
    }
}
