package dev.tollgate.budget;

import dev.tollgate.kernel.store.DatabaseUrl;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/**
 * A gate that does nothing but reserve and settle, until it is killed. Arguments: home, name of this life, seed, cap, database. It says
 * {@code recovered UNRECONCILED SETTLED TORN}, then for each call {@code reserved ID} before anything else happens to it or
 * {@code refused ID} where its budget has not enough, and {@code settled ID COST} once its settlement is durable.
 */
final class CrashingGate {
    private static final int THREADS = 3;
    private static final int OPEN = 40;

    private CrashingGate() {}

    public static void main(String[] arguments) throws Exception {
        System.setOut(System.err); // the log's way out; what is said here goes past it
        Path home = Path.of(arguments[0]);
        String life = arguments[1];
        long seed = Long.parseLong(arguments[2]);
        MoneyHouse house = house(home, database(arguments[4]));
        house.budgets.set(
                BudgetSamples.budget(BudgetSamples.account("personal"), Long.parseLong(arguments[3]), Window.LIFETIME),
                "owner");
        Recovery recovery = house.settlement.recover();
        say("recovered " + recovery.unreconciled() + " " + recovery.alreadySettled() + " " + recovery.torn());
        for (int i = 0; i < THREADS; i++) {
            String prefix = "req_" + life + "_" + i + "_";
            SplittableRandom random = new SplittableRandom(seed + i);
            Thread.ofPlatform().start(() -> calls(house, prefix, random));
        }
    }

    /** The database in a word. */
    static String argument(DatabaseUrl database) {
        return switch (database) {
            case DatabaseUrl.Sqlite sqlite -> sqlite.file().toString();
            case DatabaseUrl.PostgreSql postgres -> postgres.jdbcUrl();
        };
    }

    private static DatabaseUrl database(String argument) {
        return argument.startsWith("jdbc:")
                ? new DatabaseUrl.PostgreSql(argument, "postgres", null)
                : new DatabaseUrl.Sqlite(Path.of(argument));
    }

    static MoneyHouse house(Path home, DatabaseUrl database) {
        return new MoneyHouse(
                database, home, trail -> trail, Settlement.DEADLINE, () -> Instant.ofEpochMilli(MoneyHouse.NOW));
    }

    private static void calls(MoneyHouse house, String prefix, SplittableRandom random) {
        Semaphore open = new Semaphore(OPEN);
        for (int i = 0; true; i++) {
            String requestId = prefix + i;
            ReservationResult asked = house.ask(Samples.start(requestId, "k1", MoneyHouse.NOW), Samples.CEILING);
            if (asked instanceof ReservationResult.Exhausted) {
                say("refused " + requestId);
                continue;
            }
            Reservation reservation = Samples.reserved(asked);
            reservation.dispatched(Samples.SERVED);
            say("reserved " + requestId);
            if (i % 50 == 0) {
                continue; // stays in flight until the end
            }
            long cost = random.nextLong(Samples.BOUND + 1);
            open.acquireUninterruptibly();
            house.settlement.settle(reservation, Samples.end(MoneyHouse.NOW, cost), result -> {
                open.release();
                if (result instanceof SettlementResult.Durable) {
                    say("settled " + requestId + " " + cost);
                }
            });
        }
    }

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    /** One write for a line, so that what was said was said whole, whenever the process ends. */
    private static synchronized void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1); // nobody listens any more
        }
    }
}
