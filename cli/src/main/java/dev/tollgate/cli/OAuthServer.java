package dev.tollgate.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The gate as an authorization server, found by its metadata (RFC 8414). It must call itself by the address that the
 * person named, and all that it is sent stays at that origin: a token endpoint elsewhere is not believed.
 */
final class OAuthServer {
    static final String CLIENT_ID = "tollgate-cli";

    private static final String WELL_KNOWN = "/.well-known/oauth-authorization-server";
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 256 * 1024;
    private static final int LONGEST_WORDS = 300;

    /** What an endpoint said. */
    sealed interface Answer {
        /** What was asked for. */
        record Success(Json.Obj body) implements Answer {
            /** It holds tokens. */
            @Override
            public String toString() {
                return "Success";
            }
        }

        /**
         * An error of RFC 6749 §5.2.
         *
         * @param description for a person, in the server's words; may be empty
         */
        record Refused(String error, String description) implements Answer {}

        /** No answer, or none of OAuth's: says nothing about the tokens that were sent. */
        record Away(Failure why) implements Answer {}
    }

    private final ServerAddress server;
    private final Json.Obj metadata;

    private OAuthServer(ServerAddress server, Json.Obj metadata) {
        this.server = server;
        this.metadata = metadata;
    }

    /** Reads the metadata and holds it against RFC 8414 §3.3 and what this client needs. */
    static OAuthServer discover(ServerAddress server) {
        if (server.isExposed()) {
            throw Failure.usage(
                    "Tokens are not sent over plain http to " + server + ": anyone on the way could read them.",
                    "Use https, or a tunnel to loopback: ssh -L 8080:127.0.0.1:8080 HOST");
        }
        Json.Obj metadata = read(server);
        String issuer = metadata.text("issuer");
        if (!withoutSlash(issuer).equals(server.toString())) {
            throw Failure.refused(
                    "untrusted",
                    "The server at " + server + " calls itself " + clipped(issuer)
                            + ": it may pass tokens on to another.",
                    "If that is its right address, set " + ServerAddress.VARIABLE + " to it.");
        }
        return new OAuthServer(server, metadata);
    }

    private static Json.Obj read(ServerAddress server) {
        for (URI place : places(server.base())) {
            try (Http.Reply reply =
                    Http.send("GET", place, Map.of("Accept", "application/json"), null, ANSWER_TIMEOUT)) {
                if (reply.status() == 200) {
                    return object(reply).orElseThrow(() -> stranger(server));
                }
                if (reply.status() != 404) {
                    throw stranger(server);
                }
            } catch (IOException unreachable) {
                throw Unreachable.because(unreachable, server);
            }
        }
        throw stranger(server);
    }

    /** RFC 8414 §3.1 puts the well-known part before a path; a proxy that takes the path away has it behind. */
    private static List<URI> places(URI base) {
        String path = base.getRawPath();
        String origin = base.getScheme() + "://" + base.getRawAuthority();
        List<URI> places = new ArrayList<>(List.of(URI.create(origin + WELL_KNOWN + path)));
        if (!path.isEmpty()) {
            places.add(URI.create(base + WELL_KNOWN));
        }
        return places;
    }

    private static Failure stranger(ServerAddress server) {
        return Failure.refused(
                "unavailable",
                "Nobody can sign in at " + server + ": it has no authorization server's metadata.",
                "Set " + ServerAddress.VARIABLE + " to the gate's address; an older gate must be upgraded first.");
    }

    /** The server's own name, which its tokens and answers carry. */
    String issuer() {
        return metadata.text("issuer");
    }

    boolean has(String endpoint) {
        return metadata.has(endpoint);
    }

    /** RFC 8414 §2: PKCE's methods; without the list the server knows none. */
    boolean provesByS256() {
        return metadata.texts("code_challenge_methods_supported").contains("S256");
    }

    /** An endpoint by its name in the metadata, at the server's own origin. */
    URI endpoint(String name) {
        return own(metadata.text(name), name);
    }

    /** An address that the server gave, where it is at the server's own origin. */
    URI own(String address, String name) {
        try {
            URI uri = URI.create(address);
            if (origin(uri).equals(origin(server.base()))
                    && uri.getRawUserInfo() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException malformed) {
            // The same answer as for an address elsewhere.
        }
        throw Failure.refused(
                "untrusted",
                "The server at " + server + " has no " + name + " of its own.",
                "Nothing was sent. Is " + ServerAddress.VARIABLE + " the gate's address, and is nothing in between?");
    }

    private static String origin(URI uri) {
        String scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
        String host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + host + ":" + port;
    }

    /** Sends a form to an endpoint, as a public client (RFC 6749 §2.1). */
    Answer post(String endpoint, Map<String, String> parameters) {
        URI uri = endpoint(endpoint);
        Http.Body body = new Http.Body(
                "application/x-www-form-urlencoded", form(parameters) + "&" + form(Map.of("client_id", CLIENT_ID)));
        try (Http.Reply reply = Http.send("POST", uri, Map.of("Accept", "application/json"), body, ANSWER_TIMEOUT)) {
            Optional<Json.Obj> answer = object(reply);
            if (reply.status() == 200) {
                return new Answer.Success(answer.orElseGet(Json::object));
            }
            String error = answer.map(object -> object.text("error")).orElse("");
            boolean refused = reply.status() / 100 == 4 && reply.status() != 429 && !error.isEmpty();
            return refused
                    ? new Answer.Refused(error, clipped(answer.orElseThrow().text("error_description")))
                    : new Answer.Away(Failure.refused(
                            "unavailable",
                            "The server at " + server + " cannot say now (status " + reply.status() + ").",
                            "Try again in a moment."));
        } catch (IOException unreachable) {
            return new Answer.Away(Unreachable.because(unreachable, server));
        }
    }

    /** A refusal for a person, who asked for the sign-in that it ends. */
    static Failure refusal(String error, String description) {
        String words = description.isEmpty() ? clipped(error) : clipped(description);
        return switch (error) {
            case "access_denied" ->
                Failure.refused(
                        "access_denied", "The sign-in was refused in the browser.", "Try again: tollgate login");
            case "expired_token" ->
                Failure.refused("expired", "Nobody signed in in time.", "Try again: tollgate login");
            case "invalid_scope" ->
                Failure.refused(
                        "invalid_scope", "The server does not give that: " + words, "Ask for less: tollgate login");
            default ->
                Failure.refused(
                        "login_failed", "The server refused the sign-in: " + words, "Try again: tollgate login");
        };
    }

    static String form(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(each -> encode(each.getKey()) + "=" + encode(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    /** What the server said, short enough for a line and without what would move a terminal's cursor. */
    static String clipped(String words) {
        String plain = Format.plain(words);
        return plain.length() <= LONGEST_WORDS ? plain : plain.substring(0, LONGEST_WORDS) + "…";
    }

    static String withoutSlash(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static Optional<Json.Obj> object(Http.Reply reply) throws IOException {
        byte[] bytes = reply.body().readNBytes(MOST_BYTES);
        try {
            return Json.parse(bytes) instanceof Json.Obj object ? Optional.of(object) : Optional.empty();
        } catch (IllegalArgumentException notJson) {
            return Optional.empty();
        }
    }
}
