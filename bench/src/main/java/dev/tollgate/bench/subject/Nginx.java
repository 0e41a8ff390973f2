package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** nginx as a bare proxy: no access log, kept connections on both sides, a worker for each core. The measure of all others. */
public final class Nginx implements Subject {
    private static final String BINARY = "nginx";

    /** Two ports, since an answer is buffered or not by location: JSON as nginx does by itself, streams at once. */
    private static final String CONFIGURATION = """
            daemon off;
            worker_processes WORKERS;
            error_log stderr crit;
            pid nginx.pid;
            events { worker_connections 8192; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
                client_max_body_size 64m;
                client_body_buffer_size 256k;
                keepalive_requests 1000000000;
                keepalive_timeout 600s;
                proxy_read_timeout 600s;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                upstream mock {
                    server 127.0.0.1:MOCK_PORT;
                    keepalive 1024;
                    keepalive_requests 1000000000;
                    keepalive_timeout 600s;
                }
                server {
                    listen 127.0.0.1:JSON_PORT backlog=4096;
                    location / { proxy_pass http://mock; }
                }
                server {
                    listen 127.0.0.1:STREAM_PORT backlog=4096;
                    location / { proxy_pass http://mock; proxy_buffering off; }
                }
            }
            """;

    private final String name;
    private final ChildProcess process;
    private final int jsonPort;
    private final int streamPort;

    private Nginx(String name, ChildProcess process, int jsonPort, int streamPort) {
        this.name = name;
        this.process = process;
        this.jsonPort = jsonPort;
        this.streamPort = streamPort;
    }

    /**
     * Writes the configuration, starts nginx and waits until it listens.
     *
     * @param name of the subject; two of them under different names measure the measurement
     */
    static Nginx start(String name, Path binary, int mockPort, Path folder, TestBed bed) throws InterruptedException {
        int jsonPort = ChildProcess.freePort();
        int streamPort = ChildProcess.freePort();
        Path prefix = folder.resolve(name);
        Path configuration = prefix.resolve("nginx.conf");
        try {
            // Started by root, the workers run as nobody: they must get through to their folders.
            Files.createDirectory(
                    prefix, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            Files.writeString(
                    configuration,
                    CONFIGURATION
                            .replace(
                                    "WORKERS",
                                    Integer.toString(Runtime.getRuntime().availableProcessors()))
                            .replace("MOCK_PORT", Integer.toString(mockPort))
                            .replace("JSON_PORT", Integer.toString(jsonPort))
                            .replace("STREAM_PORT", Integer.toString(streamPort)));
        } catch (IOException e) {
            throw new BenchException("nginx's folder cannot be written: " + e.getMessage(), e);
        }
        ChildProcess process = bed.spawn(
                name, List.of(binary.toString(), "-p", prefix + "/", "-e", "stderr", "-c", configuration.toString()));
        process.awaitListening(streamPort, Duration.ofSeconds(10));
        return new Nginx(name, process, jsonPort, streamPort);
    }

    /** The given one, or the first on PATH or in /usr/sbin. */
    static Path find(@Nullable String given) {
        Stream<Path> places = given != null
                ? Stream.of(Path.of(given))
                : Stream.concat(
                                Stream.of(System.getenv("PATH").split(":", -1)),
                                Stream.of("/usr/sbin", "/usr/local/sbin"))
                        .map(folder -> Path.of(folder, BINARY));
        return places.filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new BenchException(
                                "nginx was not found. Install Debian's package (apt-get install nginx-light) or name it with --nginx PATH."));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String model() {
        return DirectMock.MODEL;
    }

    @Override
    public Target target(Dialect dialect, boolean stream) {
        int port = stream ? streamPort : jsonPort;
        return new Target(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                dialect.path(),
                DirectMock.AUTHORIZATION);
    }

    @Override
    public ProcessHandle process() {
        return process.handle();
    }
}
