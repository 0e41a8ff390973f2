package dev.tollgate.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** {@code token}: what programs call that take their token from a command. */
final class TokenCommand extends Command {
    /** How the token is printed. */
    enum Form {
        PLAIN,
        HEADER,
        JSON,
        GIT_CREDENTIAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** More than git says of a credential. */
    private static final int MOST_BYTES = 64 * 1024;

    private final Arg<Form> form =
            option("--format", "FORMAT", Form.PLAIN, Form.class, "One of ${COMPLETION-CANDIDATES}. Default: plain.");
    private final Arg<String> operation =
            positional("OPERATION", String.class, "0..1", "What git adds by itself, for --format git-credential.");

    TokenCommand() {
        super("token", "Print an access token of whoever is signed in, renewed where it is about to end.");
        footer("It lasts 5 minutes at least, or half of the time that the gate's tokens do.");
    }

    @Override
    int run(Surroundings surroundings, Output out) throws IOException {
        boolean git = form.value() == Form.GIT_CREDENTIAL;
        if (!git && operation.given().isPresent()) {
            throw Failure.usage("tollgate token takes an argument from git alone.", "See: tollgate token --help");
        }
        ServerAddress server = ServerAddress.of(surroundings);
        LoginStore store = LoginStore.of(surroundings, server);
        Tokens tokens = new Tokens(store, surroundings);
        if (git && operation.given().isPresent()) {
            Map<String, String> said = said(surroundings);
            if (operation.value().equals("erase") && concerns(server, said)) {
                replaced(store, tokens, said.getOrDefault("password", ""));
            }
            // git also tells what to keep, which is for login, and asks for other hosts.
            if (!operation.value().equals("get") || !concerns(server, said)) {
                return 0;
            }
        }
        Tokens.Held held = tokens.forPrograms();
        Login login = held.login();
        AccessToken token = held.token();
        switch (form.value()) {
            case PLAIN -> out.stream().println(token.value());
            case HEADER -> out.stream().println("Authorization: Bearer " + token.value());
            case JSON ->
                out.json(Json.object()
                        .put("access_token", token.value())
                        .put("token_type", "Bearer")
                        .put("expires_at", token.expiresAt())
                        .put("scope", String.join(" ", token.scopes()))
                        .put("server", login.server()));
            case GIT_CREDENTIAL -> {
                out.line("username=" + (login.email().isEmpty() ? "oauth2" : login.email()));
                out.stream().println("password=" + token.value());
                out.line("password_expiry_utc=" + token.expiresAtMillis() / 1000);
            }
        }
        return 0;
    }

    /** What the server did not take is not given out again: git tells so of what it was given last. */
    private static void replaced(LoginStore store, Tokens tokens, String refused) {
        store.read()
                .flatMap(login -> login.token(AccessToken.Purpose.USE))
                .filter(token -> token.value().equals(refused))
                .ifPresent(tokens::after);
    }

    /** gitcredentials(7): a helper is asked on standard input, and is to say nothing of what it does not know. */
    private static Map<String, String> said(Surroundings surroundings) throws IOException {
        Map<String, String> said = new HashMap<>();
        new String(surroundings.in().readNBytes(MOST_BYTES), StandardCharsets.UTF_8)
                .lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.indexOf('=') > 0)
                .forEach(line -> said.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return said;
    }

    private static boolean concerns(ServerAddress server, Map<String, String> said) {
        return server.base().getScheme().equalsIgnoreCase(said.get("protocol"))
                && server.base().getRawAuthority().equalsIgnoreCase(said.get("host"));
    }
}
