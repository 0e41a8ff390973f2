package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, refusing to start, stopping; health; TLS; the curl of the greeting. */
class ServeTest {
    private static final String STORY =
            "{\"model\":\"sim/story:2s\",\"max_tokens\":512,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @TempDir
    Path home;

    @TempDir
    Path files;

    private static int run(List<String> command) throws Exception {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void greetingsCurlWorksAsItStands() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            Matcher curl = Pattern.compile("(?s)(curl .*?}')").matcher(gate.output());
            assertTrue(curl.find(), gate.output());
            Process process = new ProcessBuilder(
                            "sh", "-c", curl.group(1) + " -s -o " + files.resolve("answer") + " -w '%{http_code}'")
                    .redirectErrorStream(true)
                    .start();
            assertEquals("200", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertTrue(Files.readString(files.resolve("answer")).contains("Hello"));
            assertTrue(gate.output().contains("credential add"), "how to add a real provider");
        }
    }

    @Test
    void greetingShowsTheFirstOwnersLinkAndEachStartANewOne() throws Exception {
        Pattern link = Pattern.compile("http://localhost:\\d+/first-run\\?token=(tgf_\\w+)");
        try (GateProcess gate = GateProcess.start(home)) {
            Matcher first = link.matcher(gate.output());
            assertTrue(first.find(), gate.output());
            assertEquals(0, gate.stop());
            try (GateProcess again = GateProcess.start(home)) {
                Matcher second = link.matcher(again.output());
                assertTrue(second.find() && !second.group(1).equals(first.group(1)), again.output());
            }
        }
    }

    @Test
    void secretsOfTheHomeAreItsOwnersAlone() throws Exception {
        Path fresh = home.resolve("new");
        try (GateProcess gate = GateProcess.start(fresh)) {
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(gate.home())));
            for (String file : List.of("owner-token", "master.key")) {
                assertEquals(
                        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh.resolve(file))));
            }
        }
    }

    @Test
    void secondStartOnTheSameHomeIsRefusedClearly() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            GateProcess.Exit second = GateProcess.run(gate.home());
            assertEquals(1, second.code());
            assertTrue(second.errors().contains("Another Tollgate runs on"), second.errors());
        }
    }

    @Test
    void databaseThatCannotBeReachedStopsTheStartInsteadOfRefusingEveryCallLater() throws Exception {
        GateProcess.Exit exit = GateProcess.run(home, "--database", "postgresql://nobody:secret@127.0.0.1:9/none");
        assertEquals(1, exit.code(), exit.errors());
        assertTrue(exit.errors().contains("cannot be reached"), exit.errors());
        assertFalse(exit.errors().contains("secret"), "the password is not shown");
        assertFalse(exit.output().contains("ready"), exit.output());
    }

    @Test
    void portInUseIsRefusedClearly() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            String port = gate.url().substring(gate.url().lastIndexOf(':') + 1);
            GateProcess.Exit second = GateProcess.run(files.resolve("other"), "--port", port);
            assertEquals(1, second.code());
            assertTrue(second.errors().contains("--port"), second.errors());
            assertFalse(second.errors().contains("at dev.tollgate"), second.errors());
        }
    }

    @Test
    void anythingButLoopbackWantsTlsOrAProxy() throws Exception {
        GateProcess.Exit bare = GateProcess.run(home, "--host", "0.0.0.0");
        assertEquals(1, bare.code());
        assertTrue(bare.errors().contains("--tls-cert") && bare.errors().contains("--behind-proxy"), bare.errors());
        assertEquals(1, GateProcess.run(home, "--tls-cert", "/nowhere").code());
        assertEquals(
                1, GateProcess.run(home, "--behind-proxy", "not-an-address").code());
        assertEquals(2, GateProcess.run(home, "--no-such-option").code());
    }

    @Test
    void unreachableDatabaseIsOneClearLineAndNotAGateThatAnswers401() throws Exception {
        GateProcess.Exit exit =
                GateProcess.run(home, "--database", "postgresql://someone:sosecret@127.0.0.1:9/nothing");
        assertEquals(1, exit.code());
        assertTrue(exit.errors().contains("cannot be reached"), exit.errors());
        assertFalse(exit.errors().contains("sosecret"), exit.errors());
    }

    @Test
    void sigtermLetsAStreamEndAndTakesNoNewCalls() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(gate.url() + "/v1/messages"))
                    .header("x-api-key", gate.firstKey())
                    .POST(HttpRequest.BodyPublishers.ofString(STORY))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                InputStream story = answer.body();
                assertTrue(story.read() >= 0, "the story has begun");
                CompletableFuture<String> rest = CompletableFuture.supplyAsync(() -> {
                    try {
                        return new String(story.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                assertEquals(0, gate.stop());
                assertTrue(rest.get().contains("message_stop"), "the story was told to its end");
            }
        }
    }

    @Test
    void sigtermAfterAClientLeftDoesNotWaitForIt() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(gate.url() + "/v1/messages"))
                    .header("x-api-key", gate.firstKey())
                    .POST(HttpRequest.BodyPublishers.ofString(STORY.replace("2s", "60s")))
                    .build();
            try (HttpClient client = HttpClient.newHttpClient()) {
                InputStream story = client.send(request, HttpResponse.BodyHandlers.ofInputStream())
                        .body();
                assertTrue(story.read() >= 0, "the story has begun");
                story.close();
                client.shutdownNow();
            }
            long begun = System.nanoTime();
            assertEquals(0, gate.stop());
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
            assertTrue(seconds < 25, "stopped after " + seconds + " s, and would have waited 30 for who has gone");
        }
    }

    private static HttpResponse<String> post(GateProcess gate, String body) {
        try {
            return gate.post("/v1/messages", gate.firstKey(), body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void healthReadinessAndMetricsTellTheTruth() throws Exception {
        try (GateProcess gate = GateProcess.start(home)) {
            assertEquals(200, gate.get("/healthz").statusCode());
            assertEquals(200, gate.get("/readyz").statusCode());
            post(gate, STORY.replace(":2s", ":50ms"));
            String metrics = gate.get("/metrics", "authorization", "Bearer " + gate.ownerToken())
                    .body();
            assertTrue(metrics.contains("tollgate_calls_total"), metrics);
            assertTrue(metrics.contains("tollgate_tokens_total"), metrics);
        }
    }

    @Test
    void tlsIsServedOverHttp2AndItsCertificateIsReadAgainWhenItChanges() throws Exception {
        Path cert = files.resolve("cert.pem");
        Path key = files.resolve("key.pem");
        selfSigned(cert, key, "first");
        try (GateProcess gate = GateProcess.start(home, "--tls-cert", cert.toString(), "--tls-key", key.toString())) {
            assertTrue(gate.url().startsWith("https://"), gate.url());
            HttpResponse<String> answer = get(gate, cert);
            assertEquals(200, answer.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, answer.version());
            Path next = files.resolve("next.pem");
            selfSigned(next, files.resolve("next.key"), "second");
            Files.copy(files.resolve("next.key"), key, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(next, cert, StandardCopyOption.REPLACE_EXISTING);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!servesWith(gate, next)) {
                assertTrue(System.nanoTime() < deadline, "the new certificate is served");
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static boolean servesWith(GateProcess gate, Path cert) {
        try {
            return get(gate, cert).statusCode() == 200;
        } catch (Exception notYet) {
            return false;
        }
    }

    private static HttpResponse<String> get(GateProcess gate, Path cert) throws Exception {
        Certificate trusted;
        try (var in = Files.newInputStream(cert)) {
            trusted = CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("gate", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(gate.url() + "/healthz")).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void selfSigned(Path cert, Path key, String name) throws Exception {
        assertEquals(
                0,
                run(List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=IP:127.0.0.1",
                        "-keyout",
                        key.toString(),
                        "-out",
                        cert.toString())));
    }
}
