package dev.tollgate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code login}. */
final class LoginCommand extends Command {
    private static final List<String> SCOPES = List.of("models:use", "usage:read", "openid", "email", "offline_access");

    private static final Duration LOCK_MOST = Duration.ofSeconds(60);

    private final Arg<Boolean> device =
            flag("With a code that is typed on any device, as where there is no browser.", "--device");
    private final Arg<Boolean> admin = flag("Also for the commands that administer the gate.", "--admin");
    private final Arg<Boolean> json = flag("Print JSON.", "--json");

    LoginCommand() {
        super("login", "Sign in at the gate as yourself, with your browser.");
    }

    @Override
    int run(Surroundings surroundings, Output out) throws IOException {
        OAuthServer oauth = OAuthServer.discover(ServerAddress.of(surroundings));
        LoginStore store = LoginStore.of(surroundings, ServerAddress.of(surroundings));
        // Before anybody signs in: whether what they get could be kept.
        store.lock(LOCK_MOST).orElseThrow(store::busy).close();
        List<String> scopes = new ArrayList<>(SCOPES);
        if (admin.value()) {
            scopes.add(AccessToken.ADMIN);
        }
        boolean byCode = device.value() || !Browser.isLikely(surroundings) || !oauth.has("authorization_endpoint");
        Json.Obj answer = byCode
                ? new DeviceSignIn(oauth, surroundings).run(scopes, out)
                : new LoopbackSignIn(oauth, surroundings).run(scopes, out);
        Login login = Login.of(
                store.server(),
                answer,
                Login.refreshToken(store.server(), answer),
                AccessToken.of(
                        store.server(), answer, scopes, surroundings.clock().instant()));
        if (!byCode && !isTheirs(login, surroundings)) {
            revoke(login, oauth);
            throw Failure.refused(
                    "denied",
                    "The sign-in of " + login.who() + " was not kept, and has been ended.",
                    "Somebody else on this machine may have signed in first: tollgate login --device");
        }
        String place = keep(login, store, oauth);
        tell(login, place, out);
        return !admin.value() || login.administers() ? 0 : Failure.REFUSED;
    }

    /**
     * Whoever else is on this machine can read in the list of processes which page the browser is to open, and be faster:
     * then it is they who have signed in. So the person is asked, where there is one.
     */
    private static boolean isTheirs(Login login, Surroundings surroundings) {
        return surroundings
                .terminal()
                .readLine("Signed in as " + Format.plain(login.who()) + ". Is that you? [Y/n] ")
                .filter(answer -> answer.strip().toLowerCase(Locale.ROOT).startsWith("n"))
                .isEmpty();
    }

    private static String keep(Login login, LoginStore store, OAuthServer oauth) throws IOException {
        Optional<Login> before;
        String place;
        try (StoreLock _ = store.lock(LOCK_MOST).orElseThrow(store::busy)) {
            before = readable(store);
            place = store.keep(login);
        } catch (Failure notKept) {
            revoke(login, oauth);
            throw notKept;
        }
        // Nobody can use it any more; where the server does not hear of it, it ends by itself.
        before.ifPresent(old -> revoke(old, oauth));
        return place;
    }

    private static Optional<Login> readable(LoginStore store) {
        try {
            return store.read();
        } catch (Failure lost) {
            return Optional.empty();
        }
    }

    /**
     * RFC 7009; the refresh token, with which the access tokens end (§2.1). Where there is none, there is the one access
     * token that the sign-in gave.
     */
    static OAuthServer.Answer revoke(Login login, OAuthServer oauth) {
        boolean renewable = !login.refreshToken().isEmpty();
        return oauth.post(
                "revocation_endpoint",
                Map.of(
                        "token",
                                renewable
                                        ? login.refreshToken()
                                        : login.tokens()
                                                .values()
                                                .iterator()
                                                .next()
                                                .value(),
                        "token_type_hint", renewable ? "refresh_token" : "access_token"));
    }

    private void tell(Login login, String place, Output out) {
        if (json.value()) {
            out.json(Json.object()
                    .put("server", login.server())
                    .put("email", login.email())
                    .put("scopes", login.scopes())
                    .put("kept_in", place));
        } else {
            out.line("Signed in at " + login.server() + " as " + login.who() + ".");
            out.line("Kept in " + place + ". End it with: tollgate logout");
        }
        if (admin.value() && !login.administers()) {
            out.notice("Warning: administering was not granted. Is " + login.who()
                    + " an owner or administrator of this gate?");
        }
    }
}
