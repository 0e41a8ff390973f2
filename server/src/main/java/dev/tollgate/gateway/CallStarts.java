package dev.tollgate.gateway;

import dev.tollgate.dialects.Operation;
import dev.tollgate.dialects.RequestFields;
import dev.tollgate.gateway.Stages.Identified;
import dev.tollgate.identity.Caller;
import dev.tollgate.ledger.CallStart;
import dev.tollgate.ledger.ClientInfo;
import dev.tollgate.ledger.Payer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the ledger notes of a call before it is sent. */
final class CallStarts {
    static final CharSequence SESSION_OF_CLAUDE_CODE = HttpHeaders.createOptimized("x-claude-code-session-id");
    static final CharSequence FEATURE = HttpHeaders.createOptimized("x-tollgate-feature");
    private static final List<CharSequence> APP =
            List.of(HttpHeaders.createOptimized("x-app"), HttpHeaders.createOptimized("originator"));
    private static final List<CharSequence> SESSION = List.of(
            SESSION_OF_CLAUDE_CODE,
            HttpHeaders.createOptimized("session-id"),
            HttpHeaders.createOptimized("x-session-id"));
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

    /**
     * What is to be noted of a call.
     *
     * @param requested the model as the caller named it
     * @param alias the alias that leads the call, if one does
     */
    static CallStart of(Identified identified, RequestFields fields, String requested, @Nullable String alias) {
        Inbound inbound = identified.inbound();
        Operation operation = inbound.operation();
        Caller caller = identified.caller();
        boolean stream = fields.stream() || operation == Operation.STREAM_GENERATE_CONTENT;
        return new CallStart(
                inbound.requestId(),
                inbound.atMillis(),
                new Payer(caller.keyId(), caller.keyName(), caller.account(), feature(inbound, fields)),
                operation.dialect().wireName(),
                name(operation),
                requested,
                alias,
                stream,
                client(inbound.http()));
    }

    /** The header goes before the body: it can be set for one program from outside, such as by its proxy. */
    private static @Nullable String feature(Inbound inbound, RequestFields fields) {
        String said = inbound.http().getHeader(FEATURE);
        return said == null ? fields.feature() : said;
    }

    /** What the client says about itself. */
    static ClientInfo client(HttpServerRequest request) {
        return new ClientInfo(request.getHeader(HttpHeaders.USER_AGENT), first(request, APP), first(request, SESSION));
    }

    private static @Nullable String first(HttpServerRequest request, List<CharSequence> names) {
        for (CharSequence name : names) {
            String value = request.getHeader(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }
}
