package dev.tollgate;

import dev.tollgate.identity.OwnerToken;
import dev.tollgate.kernel.Refusal;
import dev.tollgate.telemetry.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The process: reads its options, starts the gate, greets, and stops it when it is told to. */
final class Serve {
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int USAGE = 2;

    private Serve() {}

    static int run(String[] arguments) throws Exception {
        ServeOptions options = new ServeOptions();
        CommandLine line = new CommandLine(options);
        try {
            line.parseArgs(arguments);
        } catch (ParameterException e) {
            System.err.println(e.getMessage());
            line.usage(System.err);
            return USAGE;
        }
        if (options.help) {
            line.usage(System.out);
            return OK;
        }
        Logging.configure(options.logJson(), options.logLevel);
        try {
            return options.train ? train(options) : serve(options);
        } catch (Refusal refusal) {
            System.err.println(refusal.text() + (refusal.cure().isEmpty() ? "" : "\n" + refusal.cure()));
            return REFUSED;
        }
    }

    private static int serve(ServeOptions options) throws Exception {
        Tollgate tollgate = Tollgate.start(options);
        shrinkHeap();
        OwnerToken.keepAddress(options.homeOrDefault(), tollgate.url());
        options.warning().ifPresent(System.err::println);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            tollgate.close();
            stopped.countDown();
            // The JVM would report 130 or 143 for a signal; a stop that went well is a success.
            Runtime.getRuntime().halt(OK);
        }));
        Greeting.print(
                System.out,
                tollgate.url(),
                Greeting.freshKey(tollgate.keys()),
                tollgate.firstRunLink().orElse(null));
        stopped.await();
        return OK;
    }

    /**
     * Reading very many keys makes the heap grow to many times what they need. It would keep that size until old objects fill half of
     * it, days later; until then every call would touch memory that is cold, or that the machine must first give.
     */
    private static void shrinkHeap() {
        // The one way to tell the JVM so: a full collection, in milliseconds, or a quarter of a second with a million
        // keys.
        System.gc();
    }

    /** A short life with some traffic, from which the launcher records what a fast start needs. */
    private static int train(ServeOptions options) throws Exception {
        Path home = Files.createTempDirectory("tollgate-train");
        options.home = home;
        options.port = 0;
        options.database = null;
        options.drainTimeout = 1;
        try (Tollgate tollgate = Tollgate.start(options)) {
            Training.call(tollgate.url(), Greeting.freshKey(tollgate.keys()));
        } finally {
            delete(home);
        }
        return OK;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
