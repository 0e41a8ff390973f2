package dev.tollgate.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is said of an app, as options; only what was given is sent. */
final class AppTraits {
    private static final int MOST_BYTES = 64 << 10;
    private static final String CURE = "Give a file with the public keys as a JSON Web Key Set (RFC 7517).";
    /** Where a key's private part is: of RSA and elliptic curves, and of one that is nothing but secret (RFC 7518 section 6). */
    private static final List<String> PRIVATE = List.of("d", "k");

    /** Whether something is so. */
    enum Switch {
        ON,
        OFF;

        @Override
        public String toString() {
            return Format.lower(name());
        }
    }

    private final Arg<String> redirects;
    private final Arg<String> logouts;
    private final Arg<String> grants;
    private final Arg<String> method;
    private final Arg<Path> jwks;
    private final Arg<Switch> dpop;
    private final Arg<String> scopes;
    private final Arg<String> account;

    AppTraits(Command command) {
        redirects = command.option("--redirect-uris", "U,…", "Where answers for its people go.");
        logouts =
                command.option("--post-logout-redirect-uris", "U,…", "Where its people may be sent after signing out.");
        grants = command.option("--grant-types", "G,…", "By their OAuth names.");
        method = command.option("--auth-method", "METHOD", "How it proves who it is, by its OAuth name.");
        jwks = command.option("--jwks", "FILE", Path.class, "Its public keys, a JSON Web Key Set.");
        dpop = command.option("--dpop", "on|off", Switch.class, "Whether its tokens must be bound to a key.");
        scopes = command.option("--scopes", "S,…", "What it may ask for at most.");
        account = command.option("--account", "A", "Who pays for what it does in its own name.");
    }

    boolean given() {
        return Stream.<Arg<?>>of(redirects, logouts, grants, method, jwks, dpop, scopes, account)
                .anyMatch(each -> each.given().isPresent());
    }

    void put(Json.Obj body) {
        words(body, "redirect_uris", redirects);
        words(body, "post_logout_redirect_uris", logouts);
        words(body, "grant_types", grants);
        method.given().ifPresent(value -> body.put("token_endpoint_auth_method", value));
        jwks.given().ifPresent(file -> body.put("jwks", read(file)));
        dpop.given().ifPresent(value -> body.put("dpop_bound_access_tokens", value == Switch.ON));
        words(body, "scopes", scopes);
        account.given().ifPresent(value -> body.put("account", value));
    }

    private static void words(Json.Obj body, String field, Arg<String> words) {
        words.given().ifPresent(value -> body.put(field, value.isBlank() ? List.of() : Format.words(value)));
    }

    private static Json.Obj read(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MOST_BYTES + 1);
        } catch (IOException e) {
            throw Failure.usage("The file " + file + " cannot be read.", CURE);
        }
        if (bytes.length > MOST_BYTES) {
            throw Failure.usage("The file " + file + " is longer than 64 KiB.", CURE);
        }
        Json.Obj set = parsed(file, bytes);
        // The server would refuse it, too; but by then it would have left this machine.
        if (set.rows("keys").stream().anyMatch(key -> PRIVATE.stream().anyMatch(key::has))) {
            throw Failure.usage("The file " + file + " holds a private key. Nothing was sent.", CURE);
        }
        return set;
    }

    private static Json.Obj parsed(Path file, byte[] bytes) {
        try {
            if (Json.parse(bytes) instanceof Json.Obj set) {
                return set;
            }
        } catch (IllegalArgumentException notJson) {
            throw Failure.usage("The file " + file + " is not JSON, or has a name twice.", CURE);
        }
        throw Failure.usage("The file " + file + " is not a JSON object.", CURE);
    }
}
