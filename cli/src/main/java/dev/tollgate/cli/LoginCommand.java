package dev.tollgate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
            scopes.add(Login.ADMIN);
        }
        boolean byCode = device.value() || !Browser.isLikely(surroundings) || !oauth.has("authorization_endpoint");
        Json.Obj answer = byCode
                ? new DeviceSignIn(oauth, surroundings).run(scopes, out)
                : new LoopbackSignIn(oauth, surroundings).run(scopes, out);
        Login login = Login.of(
                store.server(), answer, scopes, null, surroundings.clock().instant());
        String place = keep(login, store, oauth);
        tell(login, place, out);
        return !admin.value() || login.administers() ? 0 : Failure.REFUSED;
    }

    private static String keep(Login login, LoginStore store, OAuthServer oauth) throws IOException {
        Optional<Login> before;
        String place;
        try (StoreLock _ = store.lock(LOCK_MOST).orElseThrow(store::busy)) {
            before = readable(store);
            place = store.write(login);
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

    /** RFC 7009; the refresh token, with which the access token ends (§2.1). */
    static OAuthServer.Answer revoke(Login login, OAuthServer oauth) {
        boolean renewable = !login.refreshToken().isEmpty();
        return oauth.post(
                "revocation_endpoint",
                Map.of(
                        "token", renewable ? login.refreshToken() : login.accessToken(),
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
