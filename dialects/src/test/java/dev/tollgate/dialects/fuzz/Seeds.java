package dev.tollgate.dialects.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;

/** The golden documents: where fuzzing begins. */
public final class Seeds {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/tollgate/dialects/golden");

    private Seeds() {}

    /** Those whose path ends so, in the order of their names. */
    public static Stream<Arguments> golden(String ending) {
        return golden(ending, UnaryOperator.identity());
    }

    /** The same in another form. */
    public static Stream<Arguments> golden(String ending, UnaryOperator<byte[]> form) {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            List<Path> found = files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no golden document ends with " + ending);
            }
            return found.stream().map(file -> seed(file, form));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Arguments seed(Path file, UnaryOperator<byte[]> form) {
        try {
            return Arguments.of(Named.of(GOLDEN.relativize(file).toString(), form.apply(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
