package dev.tollgate;

import dev.tollgate.alert.SpendSource;
import dev.tollgate.alert.Web;
import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.ledger.HourlySpend;
import dev.tollgate.upstream.OutboundPost;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * What the room {@code alert} sees of the others, none of which it imports: the web, by addresses that are judged in
 * {@code catalog} and connected to in {@code upstream}; and the ledger's sums.
 */
record Outside(HostLookup lookup, OutboundPost posts) implements Web {
    @Override
    public URI accept(String typed, boolean near) {
        URI url = OutboundAddress.cleanWhole(typed);
        if (near) {
            OutboundAddress.check(url, lookup);
        } else {
            OutboundAddress.checkPublic(url, lookup);
        }
        return url;
    }

    static SpendSource spending(HourlySpend ledger) {
        return (from, to) -> ledger.between(from, to).stream()
                .map(sum -> new SpendSource.Spent(
                        sum.account(), sum.keyId(), sum.keyName(), sum.app(), sum.feature(), sum.costNanoUsd()))
                .toList();
    }

    @Override
    public Reply post(URI url, boolean near, Map<String, String> headers, byte[] body) throws IOException {
        OutboundPost.Head head = posts.post(url, near, headers, body);
        return new Reply(head.status(), head.retryAfterMillis());
    }
}
