package dev.tollgate.gateway;

import dev.tollgate.catalog.Candidate;
import dev.tollgate.dialects.Inspection;
import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestInspector;
import dev.tollgate.gateway.Stages.Identified;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.util.List;

/** Calls for what needs no more of them than their bodies. */
final class Calls {
    private Calls() {}

    static Permitted permitted(Operation operation, byte[] body, Candidate... candidates) {
        HttpServerRequest unused = (HttpServerRequest) Proxy.newProxyInstance(
                Calls.class.getClassLoader(), new Class<?>[] {HttpServerRequest.class}, (proxy, method, given) -> {
                    return switch (method.getName()) {
                        case "headers" -> MultiMap.caseInsensitiveMultiMap();
                        case "getHeader", "query" -> null;
                        default -> throw new UnsupportedOperationException(method.getName());
                    };
                });
        Inbound inbound = new Inbound("r", operation, unused, null, "/v1", "", 0, 0);
        Inspection.Readable read = (Inspection.Readable) RequestInspector.inspect(operation, body, 0, body.length);
        Identified identified = new Identified(inbound, new Caller("k", "key", "account", List.of()));
        return new Permitted(identified, body, read.fields(), "m", null, List.of(candidates));
    }
}
