package dev.tollgate.conformance.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checkout that holds the real launcher and as many sources as it looks at, in a folder whose name has blanks, with a
 * PATH on which nothing lies but the tools that the launcher names and a Maven of ours.
 *
 * <p>Our Maven and our JVM are shell scripts that write down how they were called. What they shall do is told by files in
 * {@code fakes/}: {@code build-fails} (its text is what Maven prints), {@code gate} (a pipe on which a build waits),
 * {@code training-fails}, {@code reports} (a folder that {@code mvn verify} copies over the checkout).
 */
final class Checkout {
    static final String MAVEN = """
            #!/usr/bin/env bash
            fakes='%1$s' root='%2$s'
            printf '%%s\\n' "$JAVA_HOME: $*" >>"$fakes/maven-calls"
            case $* in *verify*)
              echo "tests run"
              [ ! -d "$fakes/reports" ] || cp -R "$fakes/reports/." "$root"
              [ ! -e "$fakes/build-fails" ] || exit 1
              exit 0 ;;
            esac
            echo '[INFO] Building Tollgate 0.1.0                    [1/4]'
            echo '[INFO] Building Tollgate dialects 0.1.0           [2/4]'
            echo '[INFO] Building Tollgate server 0.1.0             [3/4]'
            if [ -p "$fakes/gate" ]; then read -r _ <"$fakes/gate"; fi
            if [ -e "$fakes/build-fails" ]; then
              echo '[INFO] BUILD FAILURE'
              cat "$fakes/build-fails"
              exit 1
            fi
            for part in server cli bench; do
              mkdir -p "$root/$part/target/lib"
              echo "$part" >"$root/$part/target/tollgate-$part.jar"
              echo library >"$root/$part/target/lib/library.jar"
            done
            echo '[INFO] BUILD SUCCESS'
            """;

    static final String JAVA = """
            #!/usr/bin/env bash
            fakes='%1$s'
            printf '%%s\\n' "$0 $*" >>"$fakes/java-calls"
            for argument; do
              case $argument in
                -XX:AOTCacheOutput=*)
                  [ ! -e "$fakes/training-fails" ] || exit 1
                  echo cache >"${argument#*=}"
                  exit 0 ;;
                --until-stopped)
                  trap 'echo stopped; kill $!; exit 0' TERM
                  echo "process $$"
                  sleep 1000 &
                  wait ;;
              esac
            done
            printf 'argument:%%s\\n' "$@"
            """;

    /** Everything that the launcher may call, and the scripts above. A tool that this machine lacks is left out. */
    private static final List<String> TOOLS = List.of(
            "bash",
            "env",
            "readlink",
            "cat",
            "cp",
            "mv",
            "rm",
            "mkdir",
            "touch",
            "date",
            "find",
            "head",
            "tail",
            "grep",
            "awk",
            "sleep",
            "id",
            "flock",
            "perl");

    final Path root;
    private final Path around;
    final Path fakes;
    final Path bin;
    final Path jdks;
    private final Map<String, String> environment = new TreeMap<>();

    Checkout(Path temp) throws IOException {
        around = temp;
        root = Files.createDirectories(temp.resolve("check out"));
        fakes = Files.createDirectories(temp.resolve("fakes"));
        bin = Files.createDirectories(temp.resolve("bin"));
        jdks = Files.createDirectories(temp.resolve("all jdks"));
        Path real = projectRoot();
        Files.copy(real.resolve("tollgate"), root.resolve("tollgate"));
        Files.createDirectories(root.resolve(".ci"));
        Files.copy(real.resolve(".ci/totals.awk"), root.resolve(".ci/totals.awk"));
        for (String module : List.of("dialects", "server", "cli", "bench")) {
            Path main = Files.createDirectories(root.resolve(module).resolve("src/main/java"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
            Files.writeString(main.resolve("Main.java"), "class Main {}");
        }
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        for (String tool : TOOLS) {
            Path found = onPath(tool);
            if (found != null) {
                script(bin.resolve(tool), "#!/bin/sh\nexec '" + found + "' \"$@\"\n");
            }
        }
        installMaven();
        environment.put("PATH", bin.toString());
        environment.put("HOME", temp.toString());
        environment.put("TOLLGATE_JDK_DIRS", jdks.toString());
    }

    static Path projectRoot() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("tollgate"))
                ? here
                : here.resolve("..").normalize();
    }

    static @Nullable Path onPath(String tool) {
        for (String folder : Pattern.compile(":").split(System.getenv("PATH"), -1)) {
            Path candidate = Path.of(folder, tool);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    void installMaven() throws IOException {
        script(bin.resolve("mvn"), MAVEN.formatted(fakes, root));
    }

    void removeMaven() throws IOException {
        Files.delete(bin.resolve("mvn"));
    }

    /** A folder that looks like a JDK of the version, as far as the launcher looks. */
    Path installJdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(
                home.resolve("release"),
                "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\nOS_ARCH=\"any\"\n");
        script(home.resolve("bin/java"), JAVA.formatted(fakes));
        script(home.resolve("bin/javac"), "#!/usr/bin/env bash\n");
        return home;
    }

    Path installJdk(String version) throws IOException {
        return installJdk(jdks.resolve("jdk " + version), version);
    }

    void set(String name, String value) {
        environment.put(name, value);
    }

    /** Makes the file newer than everything so far, however coarse the file system's clock. */
    void touch(String path) throws IOException {
        Files.setLastModifiedTime(
                root.resolve(path), FileTime.from(Instant.now().plusSeconds(2)));
    }

    /** As after a build that lies a while back: what happens from now on is newer. */
    void letTimePass() throws IOException {
        FileTime build = FileTime.from(Instant.now().minusSeconds(5));
        FileTime sources = FileTime.from(Instant.now().minusSeconds(10));
        Files.setLastModifiedTime(root.resolve("target/launcher/current"), build);
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(file -> !file.startsWith(root.resolve("target")))
                    .toList()) {
                Files.setLastModifiedTime(file, sources);
            }
        }
    }

    void tell(String file, String content) throws IOException {
        Files.writeString(fakes.resolve(file), content);
    }

    List<String> calls(String log) throws IOException {
        return Files.exists(fakes.resolve(log)) ? Files.readAllLines(fakes.resolve(log)) : List.of();
    }

    List<String> builds() throws IOException {
        return calls("maven-calls").stream()
                .filter(call -> call.contains("package"))
                .toList();
    }

    List<String> trainings() throws IOException {
        return calls("java-calls").stream()
                .filter(call -> call.contains("AOTCacheOutput"))
                .toList();
    }

    Path file(String name) {
        return around.resolve(name);
    }

    ProcessBuilder command(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(around.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder;
    }

    Process start(String... arguments) throws IOException {
        return command(root.resolve("tollgate"), arguments).start();
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return end(command(root.resolve("tollgate"), arguments));
    }

    Ended end(ProcessBuilder builder) throws IOException, InterruptedException {
        Path out = Files.createTempFile(fakes, "out", null);
        Path error = Files.createTempFile(fakes, "error", null);
        Process process = builder.redirectOutput(out.toFile())
                .redirectError(error.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(
                    "still running after a minute: " + builder.command() + "\n" + Files.readString(error));
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(error));
    }

    private static void script(Path path, String text) throws IOException {
        Files.writeString(path, text, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What a launcher left behind. */
    record Ended(int status, String out, String error) {
        /** The arguments of the JVM that the launcher became, one in each element. */
        List<String> arguments() {
            return out.lines()
                    .filter(line -> line.startsWith("argument:"))
                    .map(line -> line.substring("argument:".length()))
                    .toList();
        }
    }
}
