package dev.tollgate.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** {@code docs/cli.md} tells every command and option, its examples work, and between them they use the whole admin API. */
class DocumentationTest {
    private static final Pattern SECTION = Pattern.compile("(?ms)^### (tollgate [a-z -]+)\\n(.*?)(?=^##|\\z)");
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```sh\\n(.*?)^```");

    /** Options that every command has are told once, above all commands. */
    private static final Set<String> COMMON = Set.of("--help", "--json");

    private static Map<String, String> sections() throws IOException {
        Map<String, String> sections = new LinkedHashMap<>();
        Matcher matcher = SECTION.matcher(Files.readString(Path.of("..", "docs", "cli.md")));
        while (matcher.find()) {
            sections.put(matcher.group(1), matcher.group(2));
        }
        return sections;
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(DocumentationTest::leaves);
    }

    @Test
    void everyCommandHasASectionAndEverySectionACommand() throws IOException {
        assertEquals(
                leaves(Commands.tree())
                        .map(leaf -> leaf.getCommandSpec().qualifiedName())
                        .collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(sections().keySet()));
    }

    @Test
    void everyOptionIsToldInItsCommandsSection() throws IOException {
        Map<String, String> sections = sections();
        leaves(Commands.tree()).forEach(leaf -> {
            String name = leaf.getCommandSpec().qualifiedName();
            String section = sections.getOrDefault(name, "");
            for (OptionSpec option : leaf.getCommandSpec().options()) {
                assertTrue(
                        COMMON.contains(option.longestName()) || section.contains("`" + option.longestName() + "`"),
                        name + " " + option.longestName());
            }
        });
    }

    @Test
    void everyCommandHasAnExampleThatWorksAndTogetherTheyUseTheWholeAdminApi(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("key.txt"), "sk-ant-api03-one\n");
        Files.writeString(folder.resolve("new-key.txt"), "sk-ant-api03-two\n");
        Files.writeString(
                folder.resolve("usage.csv"), "date,model,cost_usd\n2026-11-22,claude-haiku-4-5-20251001,12.4\n");
        launcher(folder);
        Set<String> used = new TreeSet<>();
        for (Map.Entry<String, String> section : sections().entrySet()) {
            Matcher example = EXAMPLE.matcher(section.getValue());
            assertTrue(example.find(), section.getKey() + " has no example");
            assertTrue(example.group(1).contains("./" + section.getKey()), section.getKey());
            used.addAll(run(example.group(1), folder));
        }
        Set<String> operations = new OpenApi()
                .operations().stream().map(OpenApi.Operation::id).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(operations, used, "operations of openapi.yaml that no command uses, or the reverse");
        assertFalse(Files.readString(folder.resolve("audit.ndjson")).isEmpty());
    }

    /** A `./tollgate` that is this build's command line, so that the examples run as they stand, in a shell. */
    private static void launcher(Path folder) throws IOException {
        Path launcher = folder.resolve("tollgate");
        String java = ProcessHandle.current().info().command().orElseThrow();
        Files.writeString(
                launcher,
                "#!/bin/sh\nexec '" + java + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
                        + System.getProperty("java.class.path") + "' dev.tollgate.cli.TollgateCli \"$@\"\n");
        assertTrue(launcher.toFile().setExecutable(true));
        // What an example's own client asks of the model API is answered elsewhere.
        Path curl = Files.createDirectory(folder.resolve("stubs")).resolve("curl");
        Files.writeString(curl, "#!/bin/sh\n");
        assertTrue(curl.toFile().setExecutable(true));
    }

    private static List<String> run(String script, Path folder) throws Exception {
        try (AdminServer server = new AdminServer()) {
            ProcessBuilder builder = new ProcessBuilder("bash", "-euc", script)
                    .directory(folder.toFile())
                    .redirectErrorStream(true);
            builder.environment()
                    .merge("PATH", folder.resolve("stubs").toString(), (path, stubs) -> stubs + ":" + path);
            builder.environment().keySet().removeAll(Set.of("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"));
            builder.environment()
                    .put("XDG_CONFIG_HOME", folder.resolve("config").toString());
            builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
            builder.environment().put("TOLLGATE_URL", server.url());
            builder.environment().put("TOLLGATE_TOKEN", AdminServer.TOKEN);
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), script + out);
            assertEquals(List.of(), server.violations, script);
            return new ArrayList<>(
                    server.requests.stream().map(AdminServer.Request::operation).toList());
        }
    }
}
