package dev.tollgate.front;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;

/**
 * One door: where it is, who may pass, whether passing spends, and whether anything leaves the gate.
 *
 * <p>A path is matched as it was sent. It is exact ({@code /readyz}), has segments in braces
 * ({@code /admin/v1/keys/{id}}), or ends in {@code /*}, which takes the rest of the path, at least one character.
 *
 * @param handler runs on the event loop and must not block
 */
public record Route(
        HttpMethod method, String path, Authentication authentication, Budget budget, Egress egress, Handler handler) {

    /** Who may pass. */
    public enum Authentication {
        /** Anyone. The route neither spends nor lets anything out. */
        NONE,
        /** A virtual key, which the model call's own story identifies before it does anything else. */
        VIRTUAL_KEY,
        /** The owner's token, checked by the front. */
        OWNER_TOKEN,
        /**
         * The owner's token, or an access token that a person has allowed to administer: so much is checked by the front. Whether
         * that person is an administrator is checked by the entrance before it does anything.
         */
        ADMINISTRATOR,
        /** A person who has signed in, by the session's cookie; checked by the entrance before it does anything. */
        SESSION,
        /** An OAuth client, or what a client shows in its name; the endpoint's own story identifies it first. */
        OAUTH_CLIENT,
        /** An access token that the gate issued; checked by the entrance before it does anything. */
        ACCESS_TOKEN,
        /** Whom an OpenID provider that an administrator added has signed in, or is to; the entrance's own story checks it. */
        IDENTITY_PROVIDER
    }

    /** Whether a call through the route costs somebody money. */
    public enum Budget {
        NONE,
        METERED
    }

    /** Whether a call through the route opens connections. */
    public enum Egress {
        NONE,
        /** Only to the base addresses of providers. */
        PROVIDERS,
        /** To addresses that others have named, each judged before it is connected to. */
        JUDGED
    }

    /** What is behind the door. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers the request, now or later.
         *
         * @param parameters the decoded segments in braces, or the rest under {@code *} (not decoded)
         */
        void handle(HttpServerRequest request, Map<String, String> parameters);
    }

    /** The same door, with something else behind it. */
    public Route with(Handler other) {
        return new Route(method, path, authentication, budget, egress, other);
    }

    public Route {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("A route's path starts with a slash: " + path);
        }
        boolean open = authentication == Authentication.NONE;
        if (open && (budget != Budget.NONE || egress != Egress.NONE)) {
            throw new IllegalArgumentException("A route that anyone may use can neither spend nor connect: " + path);
        }
        if (budget == Budget.METERED && authentication != Authentication.VIRTUAL_KEY) {
            throw new IllegalArgumentException("A metered route needs a caller whose account pays: " + path);
        }
        if (authentication == Authentication.VIRTUAL_KEY && egress == Egress.PROVIDERS && budget == Budget.NONE) {
            throw new IllegalArgumentException("A caller's route to a provider must be metered: " + path);
        }
    }
}
