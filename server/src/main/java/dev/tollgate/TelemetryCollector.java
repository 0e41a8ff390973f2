package dev.tollgate;

import dev.tollgate.catalog.OutboundAddress;
import dev.tollgate.gateway.TelemetryForward;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.upstream.OutboundPost;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The collector that clients' telemetry goes on to.
 *
 * @param base without a slash at its end
 * @param headers that it wants with each message; may be secrets
 */
record TelemetryCollector(URI base, Map<String, String> headers) {
    /**
     * Reads both as an operator types them.
     *
     * @param headers {@code name=value}, separated by commas; null for none
     * @throws Refusal if one of them is not well formed; it does not repeat the headers
     */
    static TelemetryCollector of(String address, @Nullable String headers) {
        Map<String, String> read = new LinkedHashMap<>();
        if (headers != null && !headers.isBlank()) {
            for (String each : headers.split(",", -1)) {
                int equals = each.indexOf('=');
                String name = equals < 0 ? "" : each.substring(0, equals).strip();
                String value = each.substring(equals + 1).strip();
                if (!name.matches("[A-Za-z0-9-]+") || !value.matches("[\\x20-\\x7e]+")) {
                    throw Refusal.invalid(
                            "TOLLGATE_OTLP_HEADERS holds something that is no header.",
                            "Write it as name=value,name=value.");
                }
                read.put(name, value);
            }
        }
        return new TelemetryCollector(OutboundAddress.clean(address), read);
    }

    /** The way there, each connection judged; an operator's own collector is often near. */
    TelemetryForward.Destination destination(OutboundPost posts) {
        return (path, clients, body) -> {
            Map<String, String> all = new LinkedHashMap<>(clients);
            all.putAll(headers);
            return posts.post(URI.create(base + path), true, all, body).status();
        };
    }

    /** Not the headers. */
    @Override
    public String toString() {
        return "TelemetryCollector[" + base + "]";
    }
}
