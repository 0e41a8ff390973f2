package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.catalog.AuthStyle;
import dev.tollgate.catalog.NewProvider;
import dev.tollgate.catalog.Platform;
import dev.tollgate.dialects.Dialect;
import dev.tollgate.dialects.conversation.Protocol;
import dev.tollgate.dialects.messages.MessagesCodec;
import dev.tollgate.vault.NewCredential;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files on their way through the gate: piece by piece, to the byte, and never half a file that looks whole. */
@Timeout(120)
class UploadsTest {
    private static final String FILE = "{\"id\":\"file_1\",\"type\":\"file\",\"filename\":\"f\"}";

    /** What the provider has of one upload. */
    private record Arrived(byte[] body, String length, String key, boolean whole) {}

    @TempDir
    Path home = Path.of("");

    private final BlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
    private final CountDownLatch firstPiece = new CountDownLatch(1);
    private final AtomicInteger status = new AtomicInteger(200);
    private final AtomicBoolean answersAtOnce = new AtomicBoolean();

    @SuppressWarnings("NullAway.Init")
    private CallHouse house;

    @SuppressWarnings("NullAway.Init")
    private HttpServer provider;

    @BeforeEach
    void open() throws Exception {
        house = new CallHouse(
                home, Map.of(Protocol.MESSAGES, MessagesCodec.codec()), Executors.newVirtualThreadPerTaskExecutor());
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/", this::answer);
        provider.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        provider.start();
        String url = "http://127.0.0.1:" + provider.getAddress().getPort();
        house.catalog.addProvider(
                new NewProvider("anth", Dialect.ANTHROPIC, Platform.DIRECT, url, AuthStyle.X_API_KEY), "test");
        house.vault
                .credentials()
                .add(
                        new NewCredential(
                                "main", "operator", "anth", "x.example", "api-key", 0, "sk-main-" + "0".repeat(30)),
                        "test");
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST") && !answersAtOnce.get()) {
            read(exchange);
        }
        byte[] answer = FILE.getBytes(UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status.get(), answer.length);
        exchange.getResponseBody().write(answer);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private void read(HttpExchange exchange) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean whole = true;
        try (InputStream in = exchange.getRequestBody()) {
            byte[] piece = new byte[8_192];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                body.write(piece, 0, read);
                firstPiece.countDown();
            }
        } catch (IOException cut) {
            whole = false;
        }
        String length = exchange.getRequestHeaders().getFirst("content-length");
        String key = exchange.getRequestHeaders().getFirst("x-api-key");
        arrived.add(new Arrived(body.toByteArray(), length == null ? "" : length, key == null ? "" : key, whole));
        if (!whole) {
            throw new IOException("the upload broke off");
        }
    }

    @AfterEach
    void close() {
        provider.stop(0);
        house.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), house.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private void head(OutputStream out, String framing) throws IOException {
        out.write(("POST /anthropic/v1/files HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer " + house.key
                        + "\r\nContent-Type: multipart/form-data; boundary=x\r\n" + framing + "\r\n\r\n")
                .getBytes(ISO_8859_1));
    }

    private static void chunk(OutputStream out, byte[] piece) throws IOException {
        out.write((Integer.toHexString(piece.length) + "\r\n").getBytes(ISO_8859_1));
        out.write(piece);
        out.write("\r\n".getBytes(ISO_8859_1));
    }

    /** The head and as much of the body as came with it, up to the JSON's last brace. */
    private static String answer(Socket socket) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        int depth = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            text.write(next);
            depth += next == '{' ? 1 : next == '}' ? -1 : 0;
            if (next == '}' && depth == 0) {
                break;
            }
        }
        return text.toString(UTF_8);
    }

    private Arrived awaitUpload() throws InterruptedException {
        return Objects.requireNonNull(arrived.poll(30, TimeUnit.SECONDS), "the provider got no upload");
    }

    @Test
    void aFileGoesOnBeforeItIsThereAndNothingOfItIsHeld() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Transfer-Encoding: chunked");
            chunk(out, "first".getBytes(UTF_8));
            out.flush();
            assertTrue(
                    firstPiece.await(30, TimeUnit.SECONDS), "the provider has the first piece before the last is sent");
            assertEquals(0, house.bodies.held());
            chunk(out, "second".getBytes(UTF_8));
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith(FILE), answer);
        }
        Arrived upload = awaitUpload();
        assertEquals("firstsecond", new String(upload.body(), UTF_8));
        assertEquals("sk-main-" + "0".repeat(30), upload.key());
    }

    @Test
    void everyByteOfAFileBeyondTheBoundOfOtherBodiesPassesAndItsLengthIsKept() throws Exception {
        byte[] file = new byte[Collector.MAX_BYTES + 4_321];
        new Random(7).nextBytes(file);
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Content-Length: " + file.length);
            out.write(file);
            out.flush();
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertFalse(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
        Arrived upload = awaitUpload();
        assertArrayEquals(file, upload.body());
        assertEquals(Integer.toString(file.length), upload.length());
    }

    @Test
    void whatTheProviderWouldNotTakeIsRefusedByItsHead() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Content-Length: " + (502L << 20) + "\r\nExpect: 100-continue");
            out.flush();
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
            assertTrue(answer.contains("501 MiB"), answer);
        }
        assertTrue(arrived.isEmpty());
    }

    @Test
    void whoAsksFirstIsToldToGoOn() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Content-Length: 4\r\nExpect: 100-continue");
            out.flush();
            InputStream in = socket.getInputStream();
            assertTrue(new String(in.readNBytes(25), ISO_8859_1).startsWith("HTTP/1.1 100 Continue"));
            out.write("file".getBytes(UTF_8));
            out.flush();
            assertTrue(answer(socket).startsWith("HTTP/1.1 200"));
        }
    }

    @Test
    void aFileWhoseSenderLeavesBreaksOffAtTheProviderToo() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Content-Length: 1000");
            out.write("some".getBytes(UTF_8));
            out.flush();
            assertTrue(firstPiece.await(30, TimeUnit.SECONDS));
        }
        Arrived upload = awaitUpload();
        assertFalse(upload.whole());
        assertEquals("some", new String(upload.body(), UTF_8));
    }

    @Test
    void aProviderThatAnswersBeforeTheFileIsThereIsHeard() throws Exception {
        answersAtOnce.set(true);
        status.set(413);
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Transfer-Encoding: chunked");
            chunk(out, "some".getBytes(UTF_8));
            out.flush();
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 413") && answer.endsWith(FILE), answer);
            assertTrue(answer.toLowerCase(Locale.ROOT).contains("connection: close"), answer);
        }
    }

    @Test
    void whereTheCredentialIsRefusedTheSenderIsToldToSendItAgain() throws Exception {
        status.set(401);
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            head(out, "Content-Length: 4");
            out.write("file".getBytes(UTF_8));
            out.flush();
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 502") && answer.contains("send it once more"), answer);
            assertFalse(answer.contains("sk-main"), answer);
        }
        assertEquals(1, arrived.size());
    }

    @Test
    void aBatchThatIsTooLargeIsToldHowToSplit() throws Exception {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/messages/batches HTTP/1.1\r\nHost: gate\r\nAuthorization: Bearer " + house.key
                            + "\r\nContent-Length: " + (Collector.MAX_BYTES + 1) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            out.flush();
            String answer = answer(socket);
            assertTrue(answer.startsWith("HTTP/1.1 413") && answer.contains("split them over several batches"), answer);
        }
    }
}
