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
                Refuser.refuse(request, dialect, requestId, ErrorKind.AUTHENTICATION, Texts.NO_KEY);
                yield null;
            }
            case CallerResolution.Rejected(var reason) -> {
                Refuser.refuse(request, dialect, requestId, ErrorKind.AUTHENTICATION, Texts.of(reason));
                yield null;
            }
        };
    }
}
