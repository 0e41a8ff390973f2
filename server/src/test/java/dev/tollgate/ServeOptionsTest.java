package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tollgate.kernel.Refusal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What whoever starts the server is warned of. */
class ServeOptionsTest {
    private static Optional<String> warning(String arguments) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1));
        return options.warning();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--public-url https://gate.example.com",
                "--public-url https://192.0.2.1:8443 --host 127.0.0.1",
                "--public-url https://gate.example.com --host localhost"
            })
    void aProxyThatNobodyNamedHidesWherePeopleComeFrom(String arguments) {
        String warning = warning(arguments).orElseThrow();
        assertTrue(warning.contains("--behind-proxy 127.0.0.1"), warning);
    }

    @Test
    void aLoginNoticeIsOneSentenceThatClientsCanShow() {
        for (String bad : List.of("x".repeat(501), "two\nlines", "\u001b[31mred")) {
            ServeOptions options = new ServeOptions();
            new CommandLine(options).parseArgs("--login-notice", bad);
            Refusal refusal = assertThrows(Refusal.class, options::check);
            assertTrue(String.valueOf(refusal.getMessage()).contains("--login-notice"));
        }
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--login-notice", "é".repeat(500));
        options.check();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--public-url http://localhost:8080",
                "--public-url http://[::1]:8080",
                "--public-url https://gate.example.com --behind-proxy 127.0.0.1",
                "--public-url https://gate.example.com --host 0.0.0.0 --tls-cert a --tls-key b"
            })
    void whoeverSaysWherePeopleComeFromIsNotWarned(String arguments) {
        assertEquals(Optional.empty(), warning(arguments));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/gate",
                "https://example.org/?a=b",
                "https://example.org/#a",
                "https://ann:secret@example.org",
                "ftp://example.org",
                "//example.org",
                "https:///gate",
                "example.org"
            })
    void peopleComeToAHostAlone(String address) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--public-url", address);
        Refusal refusal = assertThrows(Refusal.class, options::check);
        assertTrue(String.valueOf(refusal.getMessage()).contains("--public-url"));
        assertFalse(String.valueOf(refusal.getMessage()).contains("secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://example.org", "HTTPS://example.org:8443/", "http://[::1]:8080", "http://localhost//"})
    void anAddressOfAHostIsTaken(String address) {
        ServeOptions options = new ServeOptions();
        new CommandLine(options).parseArgs("--public-url", address);
        options.check();
    }
}
