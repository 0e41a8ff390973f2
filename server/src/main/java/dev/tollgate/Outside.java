package dev.tollgate;

import dev.tollgate.alert.Web;
import dev.tollgate.catalog.HostLookup;
import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.upstream.OutboundPost;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * The web as the room {@code alert} sees it, which imports neither {@code catalog}, where addresses are judged, nor
 * {@code upstream}, where they are connected to.
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

    @Override
    public Reply post(URI url, boolean near, Map<String, String> headers, byte[] body) throws IOException {
        OutboundPost.Head head = posts.post(url, near, headers, body);
        return new Reply(head.status(), head.retryAfterMillis());
    }
}
