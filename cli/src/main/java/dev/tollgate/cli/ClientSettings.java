package dev.tollgate.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What each client must be told to reach its models through the gate. State of the clients in November 2026. */
final class ClientSettings {
    /** A client, or the SDKs of a vendor. */
    enum Client {
        CLAUDE("Claude Code and Anthropic's SDKs"),
        CODEX("Codex"),
        OPENAI("OpenAI's SDKs"),
        GEMINI("Gemini CLI and Google's Gen AI SDKs");

        private final String title;

        Client(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final String KEY_VARIABLE = "TOLLGATE_KEY";

    private final ServerAddress server;

    ClientSettings(ServerAddress server) {
        this.server = server;
    }

    /** Variables that say where. */
    Map<String, String> addresses(Client client) {
        return switch (client) {
            case CLAUDE -> Map.of("ANTHROPIC_BASE_URL", server.toString());
            // Codex takes no address from its environment any more: see codexOptions.
            case CODEX -> Map.of();
            case OPENAI -> Map.of("OPENAI_BASE_URL", server + "/v1");
            case GEMINI -> Map.of("GOOGLE_GEMINI_BASE_URL", server.toString());
        };
    }

    /** The variable that holds the key. */
    String keyVariable(Client client) {
        return switch (client) {
            // Sent as a bearer token; it wins over a saved claude.ai login.
            case CLAUDE -> "ANTHROPIC_AUTH_TOKEN";
            case CODEX -> KEY_VARIABLE;
            case OPENAI -> "OPENAI_API_KEY";
            case GEMINI -> "GEMINI_API_KEY";
        };
    }

    /** Variables that, where they are set, would send a second key or lead around the gate. */
    List<String> conflicting(Client client) {
        return switch (client) {
            case CLAUDE ->
                List.of(
                        "ANTHROPIC_API_KEY",
                        "CLAUDE_CODE_USE_BEDROCK",
                        "CLAUDE_CODE_USE_VERTEX",
                        "CLAUDE_CODE_USE_FOUNDRY");
            case CODEX, OPENAI -> List.of();
            case GEMINI -> List.of("GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA");
        };
    }

    /** Everything for a process that may be any of the clients. */
    Map<String, String> environment(String key) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (Client client : Client.values()) {
            variables.putAll(addresses(client));
            variables.put(keyVariable(client), key);
        }
        return variables;
    }

    /** What such a process must not see: the above, and the owner's own token. */
    static Set<String> withheld(ClientSettings settings) {
        List<String> names = new ArrayList<>(List.of(OwnerToken.VARIABLE, TokenHelper.LAUNCHER));
        for (Client client : Client.values()) {
            names.addAll(settings.conflicting(client));
        }
        return Set.copyOf(names);
    }

    /** Options that go right after {@code codex}: a model provider of its own, whose key is in {@value #KEY_VARIABLE}. */
    List<String> codexOptions() {
        return List.of(
                "-c",
                "model_provider=\"tollgate\"",
                "-c",
                "model_providers.tollgate={name=\"Tollgate\",base_url=\"" + server + "/v1\",env_key=\"" + KEY_VARIABLE
                        + "\",wire_api=\"responses\"}");
    }

    /** The same, for {@code ~/.codex/config.toml}. */
    List<String> codexConfiguration() {
        return List.of(
                "model_provider = \"tollgate\"",
                "[model_providers.tollgate]",
                "name = \"Tollgate\"",
                "base_url = \"" + server + "/v1\"",
                "env_key = \"" + KEY_VARIABLE + "\"",
                "wire_api = \"responses\"");
    }
}
