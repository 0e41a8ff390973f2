package dev.tollgate.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import dev.tollgate.oauth.Arrival.Asked;
import dev.tollgate.oauth.Arrival.Refused;
import dev.tollgate.oauth.Arrival.Unsafe;
import dev.tollgate.web.Params;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Judges what comes to the authorization endpoint, in the order that matters: the client, then the address for the answer,
 * and only then everything else, whose faults may be told to that address.
 */
final class Arrivals {
    private static final String BACK = "Go back to the app and begin again. If it stays, tell whoever makes the app.";
    /** What remains may be encoded twice on the way through the sign-in, and must still be a request line. */
    private static final int LONGEST = 4_000;

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");
    private static final String RESOURCE = "resource";

    private final Function<String, Optional<Client>> clients;
    private final PushedRequests pushed;
    private final AuthorizationRequests requests;

    /** @param clients finds the client of an id */
    Arrivals(Function<String, Optional<Client>> clients, PushedRequests pushed, AuthorizationRequests requests) {
        this.clients = clients;
        this.pushed = pushed;
        this.requests = requests;
    }

    /** The request's parameters, and what came with them. */
    private record Message(Map<String, List<String>> parameters, String requestUri, String jkt) {
        @Nullable
        String get(String name) {
            List<String> values = parameters.get(name);
            return values == null ? null : values.getFirst();
        }
    }

    Arrival judge(Params params) {
        Map<String, List<String>> brought = new LinkedHashMap<>(params.asMap());
        brought.remove(Asked.SIGNED_IN_SINCE);
        String requestUri = params.get("request_uri");
        if (requestUri != null) {
            // RFC 9126 section 4: what was pushed holds, and nothing of what the browser brings besides.
            brought.keySet().retainAll(Set.of("client_id", "request_uri"));
        }
        String query = Params.encode(brought);
        if (query.length() > LONGEST) {
            return new Unsafe("The app's request is too long.", "The app can push its request ahead (RFC 9126).");
        }
        // RFC 6749 section 3.1: two readers could choose another of the two.
        if (params.asMap().entrySet().stream().anyMatch(Arrivals::repeated)) {
            return new Unsafe("The app's request has a parameter twice.", BACK);
        }
        String id = params.get("client_id");
        Optional<Client> found = id == null ? Optional.empty() : clients.apply(id);
        if (found.isEmpty()) {
            return new Unsafe("The app that sent you here is not known, or no longer.", BACK);
        }
        Client client = found.get();
        Message message = message(brought, requestUri, client);
        if (message == null) {
            return new Unsafe("The app's request has expired, or was used before.", BACK);
        }
        String redirectUri = redirectUri(client, message);
        if (redirectUri == null) {
            return new Unsafe(
                    "The app wants the answer to be sent to an address that is not among those that it has registered.",
                    BACK);
        }
        return judge(client, redirectUri, message, params, query);
    }

    private static boolean repeated(Map.Entry<String, List<String>> each) {
        return each.getValue().size() > 1 && !each.getKey().equals(RESOURCE);
    }

    /** Null: it names a pushed request that there is not, not of this client, or no longer. */
    private @Nullable Message message(Map<String, List<String>> brought, @Nullable String requestUri, Client client) {
        if (requestUri == null) {
            return new Message(present(brought), "", "");
        }
        Optional<PushedRequests.Pushed> found = pushed.find(requestUri, client.id());
        if (found.isEmpty()) {
            return null;
        }
        Params kept = Params.parse(found.get().query());
        return kept == null
                ? null
                : new Message(present(kept.asMap()), requestUri, found.get().jkt());
    }

    /** RFC 6749 section 3.1: without a value is as if it were left out. */
    private static Map<String, List<String>> present(Map<String, List<String>> all) {
        Map<String, List<String>> present = new LinkedHashMap<>();
        all.forEach((name, values) -> {
            List<String> given =
                    values.stream().filter(value -> !value.isEmpty()).toList();
            if (!given.isEmpty()) {
                present.put(name, given);
            }
        });
        return present;
    }

    /** RFC 9700 section 2.1: exactly one of the client's, the port of a loopback address excepted. Null: it is not. */
    private static @Nullable String redirectUri(Client client, Message message) {
        try {
            return AuthorizationRequests.redirectUri(client, message.get("redirect_uri"));
        } catch (OAuthRefusal e) {
            return null;
        }
    }

    private Arrival judge(Client client, String redirectUri, Message message, Params params, String query) {
        String text = message.get("state");
        State state = text == null || text.isBlank() ? null : new State(text);
        try {
            if (text != null && state == null) {
                throw OAuthRefusal.invalidRequest("state is blank.");
            }
            AuthorizationRequest request = Messages.read(() -> parse(message));
            return new Asked(
                    requests.check(client, request, message.jkt()),
                    state,
                    message.requestUri(),
                    request.getPrompt() == null ? Set.of() : request.getPrompt(),
                    maxAge(message),
                    since(params),
                    query);
        } catch (OAuthRefusal e) {
            return new Refused(client, redirectUri, state, e.error());
        }
    }

    private static AuthorizationRequest parse(Message message) throws ParseException {
        String scope = message.get("scope");
        boolean oidc = scope != null && List.of(scope.split(" ")).contains(Scopes.OPENID);
        return oidc
                ? AuthenticationRequest.parse(message.parameters())
                : AuthorizationRequest.parse(message.parameters());
    }

    private static long maxAge(Message message) {
        String text = message.get("max_age");
        if (text == null) {
            return -1;
        }
        if (!SECONDS.matcher(text).matches()) {
            throw OAuthRefusal.invalidRequest("max_age is a number of seconds.");
        }
        return Long.parseLong(text);
    }

    private static @Nullable Instant since(Params params) {
        String text = params.get(Asked.SIGNED_IN_SINCE);
        return text == null || !MILLIS.matcher(text).matches() ? null : Instant.ofEpochMilli(Long.parseLong(text));
    }
}
