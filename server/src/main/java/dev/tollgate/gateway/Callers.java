package dev.tollgate.gateway;

import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.ErrorKind;
import dev.tollgate.identity.Caller;
import dev.tollgate.identity.CallerResolution;
import dev.tollgate.identity.Right;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Who calls, for the doors beside the model call's. */
final class Callers {
    private Callers() {}

    /** Who may call models; null if it was refused, and has been told. */
    static @Nullable Caller identify(Services services, HttpServerRequest request, Dialect dialect, String requestId) {
        return identify(services, request, dialect, requestId, Right.MODELS);
    }

    /** The caller, who has that right; null if it was refused, and has been told. */
    static @Nullable Caller identify(
            Services services, HttpServerRequest request, Dialect dialect, String requestId, Right wanted) {
        return switch (Presented.resolve(request, services.callers(), wanted)) {
            case CallerResolution.Identified(var caller) -> caller;
            case CallerResolution.Missing missing -> {
                refuse(services, request, dialect, requestId);
                yield null;
            }
            case CallerResolution.Rejected(var reason) -> {
                refuse(services, request, dialect, requestId, reason);
                yield null;
            }
            case CallerResolution.Insufficient(var right) -> {
                refuse(services, request, dialect, requestId, right);
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

    /** The token is in force, and its scopes do not reach so far (RFC 6750, section 3.1). */
    static void refuse(Services services, HttpServerRequest request, Dialect dialect, String requestId, Right wanted) {
        challenge(services, request, ", error=\"insufficient_scope\", scope=\"" + wanted.scope() + '"');
        Refuser.refuse(request, dialect, requestId, ErrorKind.PERMISSION, Texts.insufficient(wanted));
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
