package dev.tollgate.bench.subject;

import dev.tollgate.bench.BenchException;
import dev.tollgate.bench.http.Dialect;
import dev.tollgate.bench.load.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** The gate, in a process and a home of its own, set up through its admin API as an operator would. */
public final class GateUnderTest implements Subject {
    /** As many as the admin API gives at once. */
    private static final int BUDGETS_OF_A_PAGE = 1_000;

    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    static final String PROVIDER = "mock";
    static final String KEY_NAME = "bench";
    static final String QUALIFIED_MODEL = PROVIDER + "/" + DirectMock.MODEL;

    private final String name;
    private final ChildProcess process;
    private final TestBed bed;
    private final int port;
    private final Path home;
    private List<String> keys = List.of();

    private GateUnderTest(String name, ChildProcess process, TestBed bed, int port, Path home) {
        this.name = name;
        this.process = process;
        this.bed = bed;
        this.port = port;
        this.home = home;
    }

    static GateUnderTest spawn(String name, GateCommand command, Path home, TestBed bed) {
        int port = ChildProcess.freePort();
        return new GateUnderTest(name, bed.spawn(name, command.on(port, home)), bed, port, home);
    }

    /** Returns once {@code /readyz} says so. */
    void awaitReady() throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri("/readyz"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            process.await("ready", START_TIMEOUT, () -> {
                try {
                    return client.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
                } catch (IOException _) {
                    return false;
                }
            });
        }
    }

    /** Makes the mock its provider, with a credential in the vault and a price, and a key to call with. */
    public void connectTo(DirectMock mock, Dialect dialect) throws InterruptedException {
        try (AdminApi admin = admin()) {
            admin.post(
                    "/providers",
                    Map.of(
                            "name",
                            PROVIDER,
                            "dialect",
                            dialect.wireName(),
                            "base_url",
                            mock.baseUrl().toString()));
            admin.post("/credentials", Map.of("name", "bench", "provider", PROVIDER, "secret", inventedSecret()));
            admin.put(
                    "/prices/" + QUALIFIED_MODEL, Map.of("input_usd_per_mtok", "3.00", "output_usd_per_mtok", "15.00"));
        }
        createKey();
    }

    /** Makes the key that {@link #target} calls with. */
    public void createKey() throws InterruptedException {
        try (AdminApi admin = admin()) {
            String key =
                    admin.post("/keys", Map.of("name", KEY_NAME)).path("key").asString("");
            if (key.isEmpty()) {
                throw new BenchException("The gate made a key and did not tell it.");
            }
            keys = List.of(key);
        }
    }

    /** Calls in the ledger, of all keys. */
    public long ledgerCalls() throws InterruptedException {
        try (AdminApi admin = admin()) {
            long calls = 0;
            for (JsonNode row : admin.get("/usage?by=key&since=7d").path("data")) {
                calls += row.path("calls").asLong();
            }
            return calls;
        }
    }

    @Override
    public MetricsPage timers() throws InterruptedException {
        try (AdminApi admin = admin()) {
            return MetricsPage.parse(admin.page("/metrics"));
        }
    }

    /** Bytes of living objects, after a full collection. */
    public HeapCensus heapCensus() {
        return HeapCensus.parse(JavaRuntime.jcmd(javaProcess().pid(), "GC.class_histogram"));
    }

    /** The JVM: the process itself, or the first Java program below it when it was started by a script. */
    private ProcessHandle javaProcess() {
        return Stream.concat(Stream.of(process()), process().descendants())
                .filter(one -> one.info()
                        .command()
                        .map(command -> command.endsWith("java"))
                        .orElse(false))
                .findFirst()
                .orElseThrow(() -> new BenchException("No Java process was found under the gate's command."));
    }

    /** Largest resident memory so far, in bytes. */
    public long peakResidentBytes() {
        return ProcessMemory.peakResidentBytes(javaProcess().pid());
    }

    /** Ends the gate; its home stays until the bed is closed. */
    public void end() {
        bed.end(process);
    }

    /** The same calls to the gate under another process, after a restart on the same home. */
    public void callAs(GateUnderTest earlier) {
        keys = earlier.keys;
    }

    /** Each of the next calls comes with one of these keys, drawn at random. */
    public void callAs(List<String> texts) {
        keys = List.copyOf(texts);
    }

    /** Sets these budgets, as {@code POST /admin/v1/budgets} takes them. */
    public void limit(List<? extends Map<String, ?>> budgets) throws InterruptedException {
        try (AdminApi admin = admin()) {
            for (Map<String, ?> budget : budgets) {
                admin.post("/budgets", budget);
            }
        }
    }

    /** Budgets of whose present window something has been spent. */
    public long filledBudgets() throws InterruptedException {
        try (AdminApi admin = admin()) {
            long filled = 0;
            String page = "/budgets";
            while (!page.isEmpty()) {
                JsonNode budgets = admin.get(page).path("data");
                for (JsonNode budget : budgets) {
                    filled += Double.parseDouble(budget.path("spent_usd").asString("0")) > 0 ? 1 : 0;
                }
                page = budgets.size() < BUDGETS_OF_A_PAGE
                        ? ""
                        : "/budgets?after="
                                + budgets.get(budgets.size() - 1).path("id").asString("");
            }
            return filled;
        }
    }

    /** Where its store is. */
    Path home() {
        return home;
    }

    public boolean isAlive() {
        return process.handle().isAlive();
    }

    /** What it printed last, for a message about its failure. */
    public String logEnd() {
        return process.logEnd();
    }

    private AdminApi admin() {
        try {
            return new AdminApi(
                    uri("/"), Files.readString(home.resolve("owner-token")).strip());
        } catch (IOException e) {
            throw new BenchException("The gate left no owner token in its home: " + e.getMessage(), e);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Nobody's secret, of a form that is no known provider's. */
    private static String inventedSecret() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return "bench-" + HexFormat.of().formatHex(random);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String model() {
        return QUALIFIED_MODEL;
    }

    @Override
    public Target target(Dialect dialect, boolean stream) {
        return new Target(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                dialect.path(),
                keys.isEmpty()
                        ? List.of("")
                        : keys.stream().map(key -> "Bearer " + key).toList(),
                Map.of());
    }

    @Override
    public ProcessHandle process() {
        return process.handle();
    }
}
