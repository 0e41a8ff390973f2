package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command of the documents, word for word, in one shell, against a gate with an empty home. */
class ReadmeTest {
    private static final String ADDRESS = "http://127.0.0.1:8080";

    @TempDir
    Path home;

    @Test
    void readmeBeginsByStartingTheServer() throws Exception {
        assertEquals("./tollgate serve", commands("README.md").getFirst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/guide.md"})
    void everyCommandWorks(String document) throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            StringBuilder script = new StringBuilder("set -e -o pipefail\n");
            if (!document.equals("README.md")) {
                script.append("export TOLLGATE_KEY='")
                        .append(gate.createKey("laptop"))
                        .append("'\n");
            }
            for (String command : commands(document)) {
                if (!command.equals("./tollgate serve")) { // that one runs already, with a port of its own
                    script.append("printf '%s\\n' '$ ")
                            .append(command.replace("'", "'\\''"))
                            .append("'\n");
                    script.append(command.replace(ADDRESS, gate.url())).append("\n");
                }
            }
            ProcessBuilder shell = new ProcessBuilder("bash", "-c", script.toString())
                    .directory(Path.of("..").toRealPath().toFile())
                    .redirectErrorStream(true);
            shell.environment()
                    .keySet()
                    .removeIf(name -> name.startsWith("TOLLGATE_") && !name.equals("TOLLGATE_JAVA_HOME"));
            shell.environment().put("TOLLGATE_PREBUILT", "1");
            shell.environment().put("TOLLGATE_HOME", home.toString());
            shell.environment().put("TOLLGATE_URL", gate.url());
            shell.environment().put("TOLLGATE_JAVA_HOME", System.getProperty("java.home"));
            shell.environment().put("ANTHROPIC_API_KEY", "sk-ant-api03-" + "A1b2C3d4".repeat(11) + "x-AAAAAA");
            shell.environment().put("NEW_ANTHROPIC_API_KEY", "sk-ant-api03-" + "E5f6G7h8".repeat(11) + "x-BBBBBB");
            shell.environment().put("OPENAI_API_KEY", "sk-proj-" + "A1b2C3d4".repeat(12));
            Process process = shell.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), output);
            assertTrue(output.contains("$ ./tollgate"), output);
        }
    }

    /** The lines with a prompt in blocks of {@code console}; blocks marked {@code skip} need the outside world. */
    private static List<String> commands(String document) throws Exception {
        List<String> commands = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("..", document))) {
            if (line.startsWith("```")) {
                inside = !inside && line.equals("```console");
            } else if (inside && line.startsWith("$ ")) {
                commands.add(line.substring(2));
            }
        }
        return commands;
    }
}
