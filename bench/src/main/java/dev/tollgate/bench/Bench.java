package dev.tollgate.bench;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The program: a command, its options, and an exit code. 0: measured; 1: not measured, or worth nothing; 2: not understood. */
public final class Bench {
    private static final String USAGE = """
            Usage: java -jar tollgate-bench.jar COMMAND [OPTION…]

              compare      the gate beside nginx and beside nothing: processor time, added latency, first event
              streams      many streams held open through the gate: dropped and late events
              scale        a million keys and a hundred thousand budgets beside ten: processor time, start, heap
              settlements  durable settlements a second through the gate, or by its store alone
              start        from the gate's start to its first answered call
              memory       living heap over a million calls
              budgets      what ten budgets in scope cost a call, by themselves (JMH) and of a whole call
              tokens       access tokens verified as the model path does: time and allocations (JMH)
              sign-ins     sign-ins by password and code, and by passkey, that one core does in a minute
              conversion   requests and streams rewritten for another protocol: MB/s, time and allocations (JMH)
              load         calls to any address
              mock         the mock upstream alone

            COMMAND --help shows a command's options.
            """;

    private Bench() {}

    public static void main(String[] words) throws InterruptedException {
        System.exit(run(words));
    }

    private static int run(String[] words) throws InterruptedException {
        String name = words.length == 0 ? "--help" : words[0];
        Command command = command(name);
        if (command == null) {
            System.err.print(USAGE);
            return name.equals("--help") ? 0 : 2;
        }
        String[] rest = Arrays.copyOfRange(words, 1, words.length);
        if (Arrays.asList(rest).contains("--help")) {
            System.err.print(command.usage());
            return 0;
        }
        try {
            return command.run(rest, "tollgate-bench " + String.join(" ", words)) ? 0 : 1;
        } catch (Arguments.Misuse e) {
            System.err.print(name + ": " + e.getMessage() + "\n\n" + command.usage());
            return 2;
        } catch (BenchException e) {
            System.err.println(name + ": " + e.getMessage());
            return 1;
        }
    }

    private static @Nullable Command command(String name) {
        return switch (name) {
            case "compare" -> new CompareCommand();
            case "streams" -> new StreamsCommand();
            case "scale" -> new ScaleCommand();
            case "settlements" -> new SettlementsCommand();
            case "start" -> new StartCommand();
            case "memory" -> new MemoryCommand();
            case "conversion" -> new ConversionCommand();
            case "budgets" -> new BudgetsCommand();
            case "tokens" -> new TokensCommand();
            case "sign-ins" -> new SignInsCommand();
            case "load" -> new LoadCommand();
            case "mock" -> new MockCommand();
            default -> null;
        };
    }
}
