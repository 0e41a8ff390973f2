package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The completion scripts, asked as the shells themselves ask them. */
class CompletionTest {
    private final Cli cli = new Cli(Map.of());

    @Test
    void bashCompletesCommandsOptionsAndChoices() throws Exception {
        String script = cli.run("completion", "bash").out();
        assertEquals(List.of("key"), bash(script, "ke"));
        assertEquals(List.of("serve", "settings", "soak", "status"), bash(script, "s"));
        assertEquals(List.of("create"), bash(script, "key", "cr"));
        assertEquals(List.of("--models"), bash(script, "key", "create", "--mo"));
        assertEquals(List.of("anthropic"), bash(script, "provider", "add", "x", "--dialect", "an"));
        assertEquals(List.of("claude", "codex"), bash(script, "env", "c"));
        assertTrue(bash(script, "serve", "--").contains("--behind-proxy"));
        assertEquals(script, cli.run("completion", "zsh").out());
    }

    @Test
    void fishCompletesTheSame() throws Exception {
        String script = cli.run("completion", "fish").out();
        for (String line : List.of(
                "complete -c tollgate -n __fish_use_subcommand -a key -d 'Virtual keys: what callers use instead of a provider\\'s secret.'",
                "complete -c tollgate -n '__fish_seen_subcommand_from key; and not __fish_seen_subcommand_from create list revoke' -a create -d 'Create a key. Its text is shown this once.'",
                "complete -c tollgate -n '__fish_seen_subcommand_from provider; and __fish_seen_subcommand_from add' -l dialect -x -a 'anthropic openai gemini converse'"
                        + " -d 'What it speaks: anthropic, openai, gemini, converse. Needed without --platform; converse on bedrock only.'")) {
            assertTrue(script.lines().anyMatch(line::equals), line);
        }
        assumeTrue(available("fish"), "fish is not installed");
        String asked = output("fish", "-c", script + "\ncomplete -C 'tollgate key cr'");
        assertTrue(asked.startsWith("create\t"), asked);
    }

    private static List<String> bash(String script, String... words) throws Exception {
        String line = String.join(" ", words);
        String ask =
                script + "\nCOMP_WORDS=(tollgate " + line + "); COMP_CWORD=" + words.length + "; COMP_LINE='tollgate "
                        + line + "'; COMP_POINT=${#COMP_LINE}\n_complete_tollgate; printf '%s\\n' \"${COMPREPLY[@]}\"";
        return output("bash", "-c", ask).lines().map(String::strip).sorted().toList();
    }

    private static boolean available(String shell) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + shell).start().waitFor() == 0;
    }

    private static String output(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}
