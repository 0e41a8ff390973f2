package dev.tollgate.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The command line's entrance. Exit codes: 0 done, 1 the server or the operation said no, 2 the command was not
 * understood; {@code run} passes on the exit code of what it ran.
 */
public final class TollgateCli {
    private TollgateCli() {}

    /** Runs one command line and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Surroundings.ofProcess(), args));
    }

    /** Runs one command line; never throws for what a person can cause. */
    static int run(Surroundings surroundings, String... args) {
        boolean json = UsageErrors.wantsJson(args);
        try {
            UsageErrors.refuseSecrets(args);
            int exitCode = execute(Commands.tree(args), surroundings, args);
            if (surroundings.out().checkError()) {
                // A new key may be lost with it: that must not look like success.
                throw new IOException("standard output is closed or full");
            }
            return exitCode;
        } catch (ParameterException misunderstood) {
            return report(UsageErrors.failure(misunderstood), json, surroundings.err());
        } catch (Failure failure) {
            return report(failure, json, surroundings.err());
        } catch (IOException | UncheckedIOException unwritten) {
            Failure failure = Failure.refused(
                    "output", "The answer could not be written: " + unwritten.getMessage(), "Is the disk full?");
            return report(failure, json, surroundings.err());
        } finally {
            surroundings.out().flush();
        }
    }

    private static int execute(CommandLine tree, Surroundings surroundings, String... args) throws IOException {
        tree.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        ParseResult parsed = tree.parseArgs(args);
        Integer helped = CommandLine.executeHelpRequest(parsed);
        if (helped != null) {
            return helped;
        }
        CommandLine leaf = parsed.asCommandLineList().getLast();
        if (leaf.getCommand() instanceof Command command) {
            return command.run(surroundings, new Output(surroundings));
        }
        // A group without its command: its help says what could follow.
        surroundings.err().print(leaf.getUsageMessage());
        return Failure.USAGE;
    }

    private static int report(Failure failure, boolean json, PrintStream err) {
        err.println(json ? failure.json().compact() : failure.text());
        return failure.exitCode();
    }
}
