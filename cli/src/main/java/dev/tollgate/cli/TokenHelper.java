package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How clients that can ask a command for their token ask {@code tollgate token}: theirs is then always a fresh one of
 * the person who is signed in. State of the clients in November 2026.
 */
final class TokenHelper {
    /** Where the launcher tells its own path. */
    static final String LAUNCHER = "TOLLGATE_LAUNCHER";

    /** Less than a token of {@code tollgate token} lasts. */
    private static final int REFRESH_MILLIS = 240_000;

    /** A renewal over a slow line, or a keyring that is to be unlocked. */
    private static final int TIMEOUT_MILLIS = 60_000;

    private static final Pattern SAFE_IN_A_SHELL = Pattern.compile("[A-Za-z0-9_./:@%+,=-]+");

    private final ServerAddress server;
    private final List<String> command;

    TokenHelper(ServerAddress server, Surroundings surroundings) {
        this.server = server;
        // The address with it: a client that is started elsewhere has another environment.
        this.command = List.of(
                "env",
                ServerAddress.VARIABLE + "=" + server,
                surroundings.variable(LAUNCHER).orElse("tollgate"),
                "token");
    }

    /** As a line of a POSIX shell. */
    String shell() {
        return command.stream().map(TokenHelper::quoted).collect(Collectors.joining(" "));
    }

    /** Claude Code asks again after that many milliseconds (its own variable), and after a 401. */
    Map<String, String> claudeEnvironment() {
        return Map.of("CLAUDE_CODE_API_KEY_HELPER_TTL_MS", Integer.toString(REFRESH_MILLIS));
    }

    /** Options that go right after {@code claude}. */
    List<String> claudeOptions() {
        return List.of("--settings", Json.object().put("apiKeyHelper", shell()).compact());
    }

    /** For {@code ~/.claude/settings.json}. */
    String claudeSettings() {
        Json.Obj environment = Json.object().put("ANTHROPIC_BASE_URL", server.toString());
        claudeEnvironment().forEach(environment::put);
        return Json.object()
                .put("apiKeyHelper", shell())
                .put("env", environment)
                .compact();
    }

    /** Options that go right after {@code codex}. */
    List<String> codexOptions() {
        return List.of(
                "-c",
                "model_provider=\"tollgate\"",
                "-c",
                "model_providers.tollgate={name=\"Tollgate\",base_url=" + toml(server + "/v1")
                        + ",wire_api=\"responses\",auth={command=" + toml(command.getFirst()) + ",args=" + arguments()
                        + ",timeout_ms=" + TIMEOUT_MILLIS + ",refresh_interval_ms=" + REFRESH_MILLIS + "}}");
    }

    /** The same, for {@code ~/.codex/config.toml}. */
    List<String> codexConfiguration() {
        return List.of(
                "model_provider = \"tollgate\"",
                "[model_providers.tollgate]",
                "name = \"Tollgate\"",
                "base_url = " + toml(server + "/v1"),
                "wire_api = \"responses\"",
                "[model_providers.tollgate.auth]",
                "command = " + toml(command.getFirst()),
                "args = " + arguments(),
                "timeout_ms = " + TIMEOUT_MILLIS,
                "refresh_interval_ms = " + REFRESH_MILLIS);
    }

    private String arguments() {
        return new Json.Arr(new ArrayList<Json>(
                        command.stream().skip(1).map(Json.Text::new).toList()))
                .compact();
    }

    /** What JSON escapes in a string TOML reads the same way. */
    private static String toml(String text) {
        return new Json.Text(text).compact();
    }

    /** As one word of a POSIX shell. */
    static String quoted(String text) {
        return SAFE_IN_A_SHELL.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
