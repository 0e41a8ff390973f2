package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.CallerResolution;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Who calls, for the doors beside the model call's. */
final class Callers {
    private Callers() {}

    /** The caller; null if it was refused, and has been told. */
    static @Nullable Caller identify(Services services, HttpServerRequest request, Dialect dialect, String requestId) {
        return switch (Presented.resolve(request, services.callers())) {
            case CallerResolution.Identified(var caller) -> caller;
            case CallerResolution.Missing missing -> {
                refuse(services, request, dialect, requestId);
                yield null;
            }
            case CallerResolution.Rejected(var reason) -> {
                refuse(services, request, dialect, requestId, reason);
                yield null;
            }
        };
    }

    /** No key came with the request. */
    static void refuse(Services services, HttpServerRequest request, Dialect dialect, String requestId) {
        challenge(services, request, "");
        Refuser.refuse(request, dialect, requestId, ErrorKind.AUTHENTICATION, Texts.NO_KEY);
    }

    /** The key or token that came is not in force here, whatever it is (RFC 6750, section 3.1). */
    static void refuse(
            Services services,
            HttpServerRequest request,
            Dialect dialect,
            String requestId,
            CallerResolution.Reason reason) {
        challenge(services, request, ", error=\"invalid_token\"");
        Refuser.refuse(request, dialect, requestId, ErrorKind.AUTHENTICATION, Texts.of(reason));
    }

    /** Where tokens are to be had is said as RFC 9728, section 5.1, has it. */
    private static void challenge(Services services, HttpServerRequest request, String error) {
        if (!request.response().headWritten()) {
            String metadata = services.publicUrl().get() + "/.well-known/oauth-protected-resource";
            request.response()
                    .putHeader(Refuser.CHALLENGE, Refuser.BEARER + error + ", resource_metadata=\"" + metadata + '"');
        }
    }
}
