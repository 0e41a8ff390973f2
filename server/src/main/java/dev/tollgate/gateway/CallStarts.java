package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.gateway.Stages.Permitted;
import dev.tollgate.identity.Caller;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import io.vertx.core.http.HttpServerRequest;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the ledger notes of a call before it is sent. */
final class CallStarts {
    private static final Map<Operation, String> NAMES = new EnumMap<>(Operation.class);

    static {
        for (Operation operation : Operation.values()) {
            NAMES.put(operation, operation.name().toLowerCase(Locale.ROOT));
        }
    }

    private CallStarts() {}

    static String name(Operation operation) {
        return NAMES.getOrDefault(operation, "");
    }

    static CallStart of(Permitted permitted) {
        Inbound inbound = permitted.inbound();
        Operation operation = inbound.operation();
        Caller caller = permitted.identified().caller();
        String feature = inbound.http().getHeader("x-tollgate-feature");
        boolean stream = permitted.fields().stream() || operation == Operation.STREAM_GENERATE_CONTENT;
        return new CallStart(
                inbound.requestId(),
                inbound.atMillis(),
                new Payer(caller.keyId(), caller.keyName(), caller.account(), feature),
                operation.dialect().wireName(),
                name(operation),
                permitted.requested(),
                permitted.alias(),
                stream,
                client(inbound.http()));
    }

    private static ClientInfo client(HttpServerRequest request) {
        return new ClientInfo(
                request.getHeader("user-agent"),
                first(request, "x-app", "originator"),
                first(request, "x-claude-code-session-id", "session-id", "x-session-id"));
    }

    private static @Nullable String first(HttpServerRequest request, String... names) {
        for (String name : names) {
            String value = request.getHeader(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
