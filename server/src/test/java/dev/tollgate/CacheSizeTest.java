package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** How much memory {@code serve --cache-size} gives to kept answers. */
class CacheSizeTest {
    private static ServeOptions options(String... arguments) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1KiB, 1024", "64MiB, 67108864", "2GiB, 2147483648"})
    void aSizeIsANumberAndAUnit(String text, long bytes) {
        assertEquals(bytes, options("--cache-size", text).cacheBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "64MB", "64mib", "-1MiB", "1.5GiB", "MiB", "1234567MiB", "64 MiB", ""})
    void anythingElseIsRefused(String text) {
        assertThrows(CommandLine.ParameterException.class, () -> options("--cache-size", text));
    }

    @Test
    void noMoreThanAQuarterOfTheHeapIsGiven() {
        Refusal refusal = assertThrows(
                Refusal.class, () -> options("--cache-size", "999999GiB").check());
        assertTrue(refusal.text().contains("quarter of the heap"), refusal.text());
        options().check();
        assertTrue(options().cacheBytes() > 0 && options().cacheBytes() <= 64L << 20);
    }

    @Test
    void withoutMemoryNothingIsKept(@TempDir Path home) throws Exception {
        try (RunningGate gate = new RunningGate(home, "--cache-size", "0")) {
            String key = gate.manage("POST", "/keys", "{\"name\":\"k\",\"cache\":{\"max_age_seconds\":60}}")
                    .get("key")
                    .stringValue();
            for (int call = 0; call < 2; call++) {
                HttpResponse<String> answer = gate.post(
                        "/v1/chat/completions",
                        key,
                        "{\"model\":\"sim/echo\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("", answer.headers().firstValue("x-tollgate-cache").orElse(""));
            }
        }
    }
}
