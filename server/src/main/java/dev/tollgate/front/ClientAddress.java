package dev.tollgate.front;

import dev.tollgate.kernel.Refusal;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose address a request came from. Forwarded headers are believed only when the connection itself comes from a named
 * proxy, and then only as far as the right-most address that no named proxy wrote; from anyone else they are noise.
 */
public final class ClientAddress {
    private static final String CURE = "List addresses or networks, such as --behind-proxy 10.0.0.7,10.1.0.0/16.";
    private final List<IpSubnetFilterRule> proxies;

    private ClientAddress(List<IpSubnetFilterRule> proxies) {
        this.proxies = proxies;
    }

    /**
     * Believes these proxies.
     *
     * @throws Refusal if one of them is neither an IP address nor a network in CIDR notation
     */
    public static ClientAddress behind(List<String> proxies) {
        return new ClientAddress(proxies.stream().map(ClientAddress::rule).toList());
    }

    private static IpSubnetFilterRule rule(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            throw Refusal.invalid("Not an IP address: " + text, CURE);
        }
        try {
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new IpSubnetFilterRule(address, bits, IpFilterRuleType.ACCEPT);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalid("Not a network: " + text, CURE);
        }
    }

    /** The client's IP address as text. */
    public String of(HttpServerRequest request) {
        String peer = request.remoteAddress() == null
                ? "unknown"
                : request.remoteAddress().hostAddress();
        if (proxies.isEmpty() || !trusted(peer)) {
            return peer;
        }
        // All lines: a proxy may append its own instead of adding to the first, which the client itself may have sent.
        return rightmostStranger(String.join(",", request.headers().getAll("x-forwarded-for")), peer);
    }

    private String rightmostStranger(String header, String peer) {
        String[] hops = header.split(",", -1);
        String client = peer;
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].trim();
            if (NetUtil.createByteArrayFromIpAddressString(hop) == null) {
                return client; // a proxy wrote no address here: what stands further left is hearsay
            }
            client = hop;
            if (!trusted(hop)) {
                return client;
            }
        }
        return client;
    }

    private boolean trusted(@Nullable String address) {
        byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return false;
        }
        InetSocketAddress socket = new InetSocketAddress(NetUtil.createInetAddressFromIpAddressString(address), 0);
        return proxies.stream().anyMatch(rule -> rule.matches(socket));
    }
}
