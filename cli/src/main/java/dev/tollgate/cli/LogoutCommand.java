package dev.tollgate.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code logout}. */
final class LogoutCommand extends Command {
    private static final Duration LOCK_MOST = Duration.ofSeconds(60);

    private final Arg<Boolean> all = flag("At every gate, not just the one of TOLLGATE_URL.", "--all");

    LogoutCommand() {
        super("logout", "Sign out: end the sign-in at the gate, and forget it here.");
        footer("Exit code 1 where a gate could not be told; it is forgotten here all the same.");
    }

    @Override
    int run(Surroundings surroundings, Output out) throws IOException {
        List<LoginStore> stores = all.value()
                ? LoginStore.all(surroundings)
                : List.of(LoginStore.of(surroundings, ServerAddress.of(surroundings)));
        if (stores.stream().noneMatch(LoginStore::known)) {
            out.line(
                    all.value()
                            ? "Nobody is signed in."
                            : "Nobody is signed in at " + stores.getFirst().server() + ".");
            return 0;
        }
        boolean told = true;
        for (LoginStore store : stores) {
            told &= end(store, out);
        }
        return told ? 0 : Failure.REFUSED;
    }

    /** True where the gate knows of it. */
    private static boolean end(LoginStore store, Output out) throws IOException {
        try (StoreLock _ = store.lock(LOCK_MOST).orElseThrow(store::busy)) {
            String why = revoked(store).map(failure -> failure.message()).orElse("");
            store.remove();
            if (why.isEmpty()) {
                out.line("Signed out at " + store.server() + ".");
                return true;
            }
            out.notice("Forgotten here, but " + store.server() + " could not be told: " + why);
            out.notice("  The sign-in stays good there until it expires; end it on your access page at the gate.");
            return false;
        }
    }

    /** Why not, where it was not. */
    private static Optional<Failure> revoked(LoginStore store) {
        try {
            Optional<Login> login = store.read();
            if (login.isEmpty()) {
                return Optional.empty();
            }
            return switch (LoginCommand.revoke(login.get(), OAuthServer.discover(store.server()))) {
                case OAuthServer.Answer.Success _ -> Optional.empty();
                case OAuthServer.Answer.Refused(String error, String description) ->
                    Optional.of(OAuthServer.refusal(error, description));
                case OAuthServer.Answer.Away(Failure why) -> Optional.of(why);
            };
        } catch (Failure why) {
            return Optional.of(why);
        }
    }
}
