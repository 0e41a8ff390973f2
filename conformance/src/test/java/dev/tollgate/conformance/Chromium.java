package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The system's own Chromium. */
final class Chromium {
    private static final List<String> NAMES = List.of("chromium", "google-chrome");

    private Chromium() {}

    /** The one that {@code TOLLGATE_CHROMIUM} names, or the first on the path; skips the test, and says so, without one. */
    static Path find() {
        String named = System.getenv("TOLLGATE_CHROMIUM");
        Path found = named == null ? onPath() : Path.of(named);
        return found != null && Files.isExecutable(found)
                ? found
                : abort("Chromium is not installed (nor named by TOLLGATE_CHROMIUM)");
    }

    private static @Nullable Path onPath() {
        List<String> folders = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return NAMES.stream()
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
