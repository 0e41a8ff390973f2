package dev.tollgate.identity.people;

import dev.tollgate.identity.people.PasswordHasher.Lane;
import dev.tollgate.kernel.Argon2;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * Measures what a password's check costs: processor time, and so how many sign-ins a core can do in a minute. A program, not
 * a test: {@code java -cp … dev.tollgate.identity.people.PasswordFigures}.
 */
final class PasswordFigures {
    private static final int CHECKS = 40;

    private PasswordFigures() {}

    public static void main(String[] arguments) {
        PasswordHasher hasher = PasswordHasher.standard(new byte[32]);
        byte[] password = PeopleHouse.PASSWORD.getBytes(StandardCharsets.UTF_8);
        String phc = hasher.hash(password, Lane.NEWCOMERS).orElseThrow();
        for (int round = 0; round < 3; round++) {
            long started = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (int i = 0; i < CHECKS; i++) {
                hasher.verify(phc, password, Lane.NEWCOMERS);
            }
            double millis = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - started) / 1e6 / CHECKS;
            Argon2.Cost cost = PasswordHasher.COST;
            System.out.printf(
                    "m=%d KiB, t=%d, p=%d: %.1f ms of processor time; %.0f a minute on one core%n",
                    cost.memoryKiB(), cost.iterations(), cost.lanes(), millis, 60_000 / millis);
        }
    }
}
