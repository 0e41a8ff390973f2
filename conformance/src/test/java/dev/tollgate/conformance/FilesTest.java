package dev.tollgate.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.errors.NotFoundException;
import com.anthropic.models.beta.files.BetaFileMetadata;
import com.anthropic.models.beta.files.FileUploadParams;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files, by the vendors' own SDKs and by hand: whose they are, and that the gate does not look into them. */
class FilesTest extends HoldingsHouse {
    private static OpenAIClient openAi;

    @BeforeAll
    static void openAi() {
        openAi = OpenAIOkHttpClient.builder()
                .baseUrl(gate.url() + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void closeOpenAi() {
        openAi.close();
    }

    @Test
    void anthropicsSdkKeepsFiles() throws Exception {
        Path file = Files.writeString(home.resolve("na\u00efve name.txt"), "What it says: \u20ac");
        BetaFileMetadata kept = anthropic
                .beta()
                .files()
                .upload(FileUploadParams.builder().file(file).build());
        assertEquals(Files.size(file), kept.sizeBytes());
        assertEquals(
                kept.filename(),
                anthropic.beta().files().retrieveMetadata(kept.id()).filename());
        try (var content = anthropic.beta().files().download(kept.id())) {
            assertArrayEquals(Files.readAllBytes(file), content.body().readAllBytes());
        }
        assertTrue(anthropic.beta().files().list().items().stream()
                .anyMatch(listed -> listed.id().equals(kept.id())));
        AnthropicClient stranger = anthropic(strangersKey);
        assertThrows(NotFoundException.class, () -> stranger.beta().files().retrieveMetadata(kept.id()));
        assertThrows(NotFoundException.class, () -> stranger.beta().files().delete(kept.id()));
        assertTrue(stranger.beta().files().list().items().isEmpty());
        stranger.close();
        anthropic.beta().files().delete(kept.id());
        assertThrows(NotFoundException.class, () -> anthropic.beta().files().retrieveMetadata(kept.id()));
        String trail = audit();
        assertTrue(trail.contains("file.created") && trail.contains("file.deleted"), trail);
    }

    @Test
    void openAisSdkKeepsFiles() throws Exception {
        Path file = Files.write(home.resolve("data.bin"), new byte[] {0, -1, 13, 10, 45, 45, 13, 10});
        FileObject kept = openAi.files()
                .create(FileCreateParams.builder()
                        .file(file)
                        .purpose(FilePurpose.USER_DATA)
                        .build());
        assertEquals(8, kept.bytes());
        assertEquals("data.bin", openAi.files().retrieve(kept.id()).filename());
        try (var content = openAi.files().content(kept.id())) {
            assertArrayEquals(Files.readAllBytes(file), content.body().readAllBytes());
        }
        assertTrue(openAi.files().list().items().stream()
                .anyMatch(listed -> listed.id().equals(kept.id())));
        // The same id in the other dialect is nobody's.
        assertThrows(NotFoundException.class, () -> anthropic.beta().files().retrieveMetadata(kept.id()));
        assertTrue(openAi.files().delete(kept.id()).deleted());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain", "multipart/mixed; boundary=x"})
    void filesComeAsFormData(String type) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(gate.url() + "/anthropic/v1/files"))
                        .header("authorization", "Bearer " + key)
                        .header("content-type", type)
                        .POST(HttpRequest.BodyPublishers.ofString("--x\r\n\r\n--x--"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(415, answer.statusCode(), answer.body());
    }

    @Test
    void multipartIsNotReadInTheGate() throws Exception {
        String odd = String.join(
                "\r\n",
                "--x",
                "Content-Disposition: form-data; name=\"file\"; filename=\"../../etc/passwd\"",
                "Content-Type: text/html",
                "",
                "<script>1</script>",
                "--x",
                "Content-Disposition: form-data; name=\"url\"",
                "",
                "http://169.254.169.254/",
                "--x--",
                "");
        HttpResponse<String> kept = HTTP.send(
                HttpRequest.newBuilder(URI.create(gate.url() + "/v1/files"))
                        .header("x-api-key", key)
                        .header("content-type", "multipart/form-data; boundary=x")
                        .POST(HttpRequest.BodyPublishers.ofString(odd))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String id = id(kept);
        assertTrue(kept.body().contains("../../etc/passwd"), "the name is the provider's to judge");
        HttpResponse<byte[]> content = HTTP.send(
                HttpRequest.newBuilder(URI.create(gate.url() + "/v1/files/" + id + "/content"))
                        .header("x-api-key", key)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertEquals("<script>1</script>", new String(content.body(), StandardCharsets.UTF_8));
        assertEquals(
                "sandbox",
                content.headers().firstValue("content-security-policy").orElse(""));
    }

    @Test
    void aKeyOfNoProviderOfTheDialectKeepsNoFiles() throws Exception {
        String limited = gate.createKey("gemini-only", "gemini/*");
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(gate.url() + "/v1/files"))
                        .header("x-api-key", limited)
                        .header("content-type", "multipart/form-data; boundary=x")
                        .POST(HttpRequest.BodyPublishers.ofString("--x--"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(404, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("open to this key"), answer.body());
    }
}
