package dev.tollgate.bench.subject;

import dev.tollgate.bench.Bench;
import dev.tollgate.bench.BenchException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gate is started; {@code --port} and {@code --home} are added to it.
 *
 * @param words program and arguments
 */
public record GateCommand(List<String> words) {
    /** What the launcher gives the server (its start-up cache aside), so that the figures are those of the product. */
    public static final String JAVA_OPTIONS =
            "-XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
                    + " -XX:MaxRAMPercentage=40 -XX:MaxGCPauseMillis=20 -XX:+ExitOnOutOfMemoryError";

    /**
     * The given command, cut at blanks (what needs quotes belongs in a script); else the built server's jar under this JDK.
     *
     * @param javaOptions for the built jar alone
     */
    public static GateCommand of(@Nullable String given, String javaOptions) {
        if (given != null) {
            return new GateCommand(words(given));
        }
        var words = new ArrayList<String>();
        words.add(JavaRuntime.java().toString());
        words.addAll(words(javaOptions));
        words.add("-jar");
        words.add(builtJar().toString());
        return new GateCommand(List.copyOf(words));
    }

    /** The given command; else the launcher with its start-up cache, where the bench was started by it; else as {@link #of}. */
    public static GateCommand asInstalled(@Nullable String given, String javaOptions) {
        String root = System.getProperty("tollgate.root");
        return given == null && root != null
                ? new GateCommand(List.of(Path.of(root, "tollgate").toString(), "serve"))
                : of(given, javaOptions);
    }

    List<String> on(int port, Path home) {
        var all = new ArrayList<>(words);
        all.addAll(List.of("--port", Integer.toString(port), "--home", home.toString()));
        return all;
    }

    /** {@code server/target/tollgate-server.jar}, from where the bench itself was built. */
    private static Path builtJar() {
        try {
            Path own = Path.of(Bench.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path jar = own.resolve("../../../server/target/tollgate-server.jar").normalize();
            if (!Files.exists(jar)) {
                throw new BenchException("The gate's jar is not at " + jar
                        + ": build it (mvn -pl server -am package) or name a command with --gate-command.");
            }
            return jar;
        } catch (URISyntaxException e) {
            throw new BenchException("The bench does not know where it lies; name the gate with --gate-command.", e);
        }
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
