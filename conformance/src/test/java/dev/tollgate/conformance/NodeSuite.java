package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/**
 * Tests in JavaScript, run by Node's own test runner.
 *
 * @param sources where they are, with their lock file
 * @param work a copy to install into: the source tree stays as it is
 * @param shared files of other suites that stand there, too
 */
record NodeSuite(Path sources, Path work, Path... shared) {
    /** Where the test runner with its JUnit reporter is settled. Some SDKs declare 22, and run on 20 all the same. */
    private static final int OLDEST_NODE = 20;

    private static final Pattern VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);
    private static final long INSTALL_SECONDS = 300;

    /** What would change how Node or an SDK behaves, or lead an SDK elsewhere. */
    private static final Pattern FOREIGN =
            Pattern.compile("(TOLLGATE|OTEL|NODE|ANTHROPIC|OPENAI|GOOGLE|GEMINI|FORCE)_.*");

    /** Skips the test where there is no Node or npm, and installs exactly what the lock file names. */
    void prepare() throws IOException, InterruptedException {
        requireNode();
        Path log = work.resolve("npm.log");
        assertEquals(0, install(log), () -> "npm ci failed:\n" + read(log));
    }

    /** As {@link #prepare}, and skips the test too where npm cannot install that. */
    void prepareIfItCanBe() throws IOException, InterruptedException {
        requireNode();
        Path log = work.resolve("npm.log");
        assumeTrue(install(log) == 0, () -> "npm cannot install it here:\n" + read(log));
    }

    private static void requireNode() throws IOException, InterruptedException {
        assumeTrue(nodeVersion() >= OLDEST_NODE, "Node.js " + OLDEST_NODE + " or later is not installed");
        assumeTrue(answers("npm", "--version"), "npm is not installed");
    }

    /** The files of tests, by their names. */
    List<String> testFiles() throws IOException {
        try (Stream<Path> files = Files.list(sources)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".test.mjs"))
                    .sorted()
                    .toList();
        }
    }

    private static int nodeVersion() throws IOException, InterruptedException {
        Path output = Files.createTempFile("node", ".out");
        try {
            ProcessBuilder version = new ProcessBuilder("node", "--version").redirectOutput(output.toFile());
            Matcher major =
                    finishes(version, 30) == 0 ? VERSION.matcher(Files.readString(output)) : VERSION.matcher("");
            return major.matches() ? Integer.parseInt(major.group(1)) : 0;
        } catch (IOException missing) {
            return 0;
        } finally {
            Files.delete(output);
        }
    }

    private static boolean answers(String... command) throws InterruptedException {
        try {
            return finishes(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD), 30) == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /** Scripts of packages are not run: none of these needs one. */
    private int install(Path log) throws IOException, InterruptedException {
        Files.createDirectories(work);
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : Stream.concat(files.filter(Files::isRegularFile), Stream.of(shared))
                    .toList()) {
                Files.copy(file, work.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        ProcessBuilder npm = new ProcessBuilder(
                        "npm", "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund")
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        return finishes(npm, INSTALL_SECONDS);
    }

    /** Runs one file of tests to its end; each of its results is a test of the container. */
    DynamicContainer run(String file, Map<String, String> environment, long seconds) throws Exception {
        Path report = work.resolve(file + ".xml");
        Path log = work.resolve(file + ".log");
        Files.deleteIfExists(report);
        ProcessBuilder node = new ProcessBuilder(
                        "node",
                        "--test",
                        "--test-reporter=junit",
                        "--test-reporter-destination=" + report.getFileName(),
                        file)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        node.environment().keySet().removeIf(name -> FOREIGN.matcher(name).matches());
        node.environment().put("NO_COLOR", "1");
        node.environment().putAll(environment);
        int code = finishes(node, seconds);
        assertTrue(Files.exists(report), () -> "node ended with " + code + " and wrote no report:\n" + read(log));

        List<NodeReport.Result> results = NodeReport.parse(Files.readString(report));
        assertFalse(results.isEmpty(), () -> file + " ran no test:\n" + read(log));
        boolean failed = results.stream().anyMatch(NodeReport.Failed.class::isInstance);
        assertEquals(failed, code != 0, () -> "node ended with " + code + ", its report says else:\n" + read(log));
        return DynamicContainer.dynamicContainer(
                file,
                results.stream().map(result -> DynamicTest.dynamicTest(result.name(), () -> result.replay(file))));
    }

    /** The exit code; a process that takes longer than {@code seconds} is ended, with its children. */
    private static int finishes(ProcessBuilder command, long seconds) throws IOException, InterruptedException {
        Process process = command.start();
        try {
            if (process.waitFor(seconds, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            throw new IOException(String.join(" ", command.command()) + " took more than " + seconds + " s");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "(" + file + " cannot be read: " + e.getMessage() + ")";
        }
    }
}
