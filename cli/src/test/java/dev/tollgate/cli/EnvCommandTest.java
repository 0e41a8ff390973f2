package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The settings that each client gets, as text and as a real shell takes them. */
class EnvCommandTest extends AgainstAdminServer {
    private static final String KEY = "tg_7Kq2mZx0Ab_0123456789012345678901234567890a";

    @Test
    void claudeGetsTheAddressAndABearerAndLosesWhatWouldGoAroundTheGate() {
        cli.environment.put("TOLLGATE_KEY", KEY);
        Cli.Result result = cli.run("env", "claude");
        assertEquals(
                "# Claude Code and Anthropic's SDKs\nexport ANTHROPIC_BASE_URL=" + server.url()
                        + "\nexport ANTHROPIC_AUTH_TOKEN=" + KEY
                        + "\nunset ANTHROPIC_API_KEY CLAUDE_CODE_USE_BEDROCK CLAUDE_CODE_USE_VERTEX CLAUDE_CODE_USE_FOUNDRY\n",
                result.out());
        assertEquals("", result.err());
        assertEquals(0, result.exitCode());
        assertEquals(List.of(), server.requests);
    }

    @Test
    void openaiAndGeminiGetTheirOwnVariables() {
        cli.environment.put("TOLLGATE_KEY", KEY);
        assertEquals(
                "# OpenAI's SDKs\nexport OPENAI_BASE_URL=" + server.url() + "/v1\nexport OPENAI_API_KEY=" + KEY + "\n",
                cli.run("env", "openai").out());
        assertEquals(
                "# Gemini CLI and Google's Gen AI SDKs\nexport GOOGLE_GEMINI_BASE_URL=" + server.url()
                        + "\nexport GEMINI_API_KEY=" + KEY
                        + "\nunset GOOGLE_API_KEY GOOGLE_GENAI_USE_VERTEXAI GOOGLE_GENAI_USE_GCA\n",
                cli.run("env", "gemini").out());
    }

    @Test
    void codexGetsAModelProviderOfItsOwnThatAShellPassesOnWhole() throws Exception {
        cli.environment.put("TOLLGATE_KEY", KEY);
        String settings = cli.run("env", "codex").out();
        List<String> lines = shell(
                settings + "\nPATH=$(mktemp -d):$PATH; d=${PATH%%:*}\n"
                        + "printf '#!/bin/sh\\nprintf \"%%s\\\\n\" \"$TOLLGATE_KEY\" \"$@\"\\n' > $d/codex; chmod +x $d/codex; codex exec 'say \"hi\"'; rm -r $d");
        assertEquals(
                List.of(
                        KEY,
                        "-c",
                        "model_provider=\"tollgate\"",
                        "-c",
                        "model_providers.tollgate={name=\"Tollgate\",base_url=\"" + server.url()
                                + "/v1\",env_key=\"TOLLGATE_KEY\",wire_api=\"responses\"}",
                        "exec",
                        "say \"hi\""),
                lines);
        assertTrue(settings.contains("#   env_key = \"TOLLGATE_KEY\"\n"), settings);
    }

    @Test
    void allFourTogetherAreOneScriptForARealShell() throws Exception {
        cli.environment.put("TOLLGATE_KEY", KEY);
        String settings = cli.run("env").out();
        List<String> lines = shell(
                "ANTHROPIC_API_KEY=other\n" + settings
                        + "\necho $ANTHROPIC_BASE_URL $ANTHROPIC_AUTH_TOKEN ${ANTHROPIC_API_KEY-none} $OPENAI_BASE_URL $OPENAI_API_KEY $GOOGLE_GEMINI_BASE_URL $GEMINI_API_KEY $TOLLGATE_KEY");
        String url = server.url();
        assertEquals(List.of(String.join(" ", url, KEY, "none", url + "/v1", KEY, url, KEY, KEY)), lines);
    }

    @Test
    void withoutAKeyNothingFalseIsExportedAndBothWaysToOneAreNamed() throws Exception {
        Cli.Result result = cli.run("env", "claude");
        assertEquals(0, result.exitCode());
        assertTrue(
                result.out().contains("# export ANTHROPIC_AUTH_TOKEN=<a key: tollgate env claude --new-key NAME>\n"),
                result.out());
        assertTrue(result.err().contains("TOLLGATE_KEY") && result.err().contains("--new-key"), result.err());
        assertEquals(List.of("none"), shell(result.out() + "\necho ${ANTHROPIC_AUTH_TOKEN-none}"));
    }

    @Test
    void aNewKeyIsCreatedWithinItsLimitsAndPutIn() {
        Cli.Result result = cli.run("env", "openai", "--new-key", "laptop", "--expires", "12h", "--models", "fast");
        assertEquals(
                "{\"name\":\"laptop\",\"models\":[\"fast\"],\"expires_in_seconds\":43200}",
                server.only().body());
        assertTrue(
                result.out().contains("export OPENAI_API_KEY=tg_7Kq2mZx0Ab_0000EXAMPLE00EXAMPLE00EXAMPLE000\n"),
                result.out());
    }

    @Test
    void limitsWithoutANewKeyAreAUsageError() {
        assertEquals(2, cli.run("env", "claude", "--expires", "1h").exitCode());
    }

    @Test
    void whatIsNoKeyOfTollgateIsRefusedAndNotSaidBack() {
        cli.environment.put("TOLLGATE_KEY", "sk-ant-api03-CANARY; rm -rf /");
        Cli.Result result = cli.run("env", "claude");
        assertEquals(2, result.exitCode());
        assertFalse(result.all().contains("CANARY"), result.all());
    }

    @Test
    void settingsNeedNoOwnerToken() {
        cli.environment.remove("TOLLGATE_TOKEN");
        cli.environment.put("TOLLGATE_HOME", "/nowhere");
        cli.environment.put("TOLLGATE_URL", "http://gate.example.org/team's");
        cli.environment.put("TOLLGATE_KEY", KEY);
        Cli.Result result = cli.run("env", "claude");
        assertEquals(0, result.exitCode(), result.err());
        assertTrue(
                result.out().contains("export ANTHROPIC_BASE_URL='http://gate.example.org/team'\\''s'\n"),
                result.out());
    }

    private static List<String> shell(String script) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("ANTHROPIC") || name.startsWith("OPENAI"));
        Process process = builder.start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out.lines().toList();
    }
}
