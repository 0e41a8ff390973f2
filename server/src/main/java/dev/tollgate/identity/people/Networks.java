package dev.tollgate.identity.people;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/** Which network an address belongs to: what one subscriber can choose addresses from. */
final class Networks {
    private static final int IPV4_BYTES = 3;
    /** A /56 is the least that providers are told to give to a home (RIPE-690). */
    private static final int IPV6_BYTES = 7;

    private static final int LONGEST = 64;

    private Networks() {}

    /** The first 24 bits of an IPv4 address or 56 of an IPv6 address; text that is no address is its own network. */
    static String of(String address) {
        String plain = address.substring(0, Math.min(address.length(), LONGEST));
        int zone = plain.indexOf('%');
        try {
            InetAddress parsed = InetAddress.ofLiteral(zone < 0 ? plain : plain.substring(0, zone));
            return switch (parsed) {
                case Inet4Address four -> HexFormat.of().formatHex(four.getAddress(), 0, IPV4_BYTES);
                case Inet6Address six -> HexFormat.of().formatHex(six.getAddress(), 0, IPV6_BYTES);
                default -> plain;
            };
        } catch (IllegalArgumentException e) {
            return plain;
        }
    }
}
