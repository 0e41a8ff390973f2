package dev.tollgate.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs in our place: signals that were meant for it reach it, and we outlive it.
 *
 * <p>Ctrl-C at a terminal goes to the whole foreground group, so the command has it already, and whether that ends it is
 * its own affair (an interpreter only drops its line). A signal that only we got is passed on; asked to end twice, the
 * command is killed.
 */
final class ChildProcess {
    private final ProcessBuilder command;
    private final boolean atTerminal;
    private @Nullable Process process;
    private boolean askedToEnd;

    /** A command yet to be started; {@code atTerminal} tells whether standard input is a terminal. */
    ChildProcess(ProcessBuilder command, boolean atTerminal) {
        this.command = command;
        this.atTerminal = atTerminal;
    }

    /**
     * Runs it to its end.
     *
     * @return its exit code; 128 and the signal's number where a signal ended it
     * @throws IOException where it cannot be started
     */
    int run() throws IOException {
        // First the signals: one that came in between would end us and leave the command behind.
        try (Signals signals = new Signals()) {
            signals.handle("INT", this::interrupt);
            signals.handle("TERM", this::end);
            signals.handle("HUP", this::end);
            return waitFor(start());
        }
    }

    private synchronized Process start() throws IOException {
        Process started = command.start();
        process = started;
        if (askedToEnd) {
            started.destroy();
        }
        return started;
    }

    private int waitFor(Process running) {
        while (true) {
            try {
                return running.waitFor();
            } catch (InterruptedException interrupted) {
                end();
            }
        }
    }

    private void interrupt() {
        if (!atTerminal) {
            end();
        }
    }

    private synchronized void end() {
        if (process != null && askedToEnd) {
            process.destroyForcibly();
        } else if (process != null) {
            process.destroy();
        }
        askedToEnd = true;
    }
}
