package dev.tollgate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    @TempDir
    Path folder = Path.of("");

    private PemKeyCertOptions pair(String cert, String key) {
        return new PemKeyCertOptions()
                .addCertPath(folder.resolve(cert + ".crt").toString())
                .addKeyPath(folder.resolve(key + ".key").toString());
    }

    private void make(String name, List<String> kind) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2"));
        command.addAll(kind);
        command.addAll(List.of(
                "-subj",
                "/CN=localhost",
                "-keyout",
                folder.resolve(name + ".key").toString(),
                "-out",
                folder.resolve(name + ".crt").toString()));
        Process openssl = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(openssl.waitFor() == 0, "openssl made a certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa:2048", "ec"})
    void keyOfAnotherCertificateIsNotTakenOver(String kind) throws Exception {
        List<String> options = kind.equals("ec")
                ? List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
                : List.of("-newkey", kind);
        make("one", options);
        make("two", options);
        Vertx vertx = Vertx.vertx();
        try {
            assertTrue(Tls.fits(pair("one", "one"), vertx));
            assertTrue(Tls.fits(pair("two", "two"), vertx));
            assertFalse(Tls.fits(pair("one", "two"), vertx));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
