package dev.tollgate.cli;

/**
 * A command that runs in our place: signals that were meant for it reach it, and we outlive it.
 *
 * <p>Ctrl-C at a terminal goes to the whole foreground group, so the command has it already, and whether that ends it is
 * its own affair (an interpreter only drops its line). A signal that only we got is passed on; asked to end twice, the
 * command is killed.
 */
final class ChildProcess {
    private final Process process;
    private final boolean atTerminal;
    private boolean askedToEnd;

    /** Watches over a started process; {@code atTerminal} tells whether standard input is a terminal. */
    ChildProcess(Process process, boolean atTerminal) {
        this.process = process;
        this.atTerminal = atTerminal;
    }

    /** Its exit code at its end; 128 and the signal's number where a signal ended it */
    int waitFor() {
        try (Signals signals = new Signals()) {
            signals.handle("INT", this::interrupt);
            signals.handle("TERM", this::end);
            signals.handle("HUP", this::end);
            while (true) {
                try {
                    return process.waitFor();
                } catch (InterruptedException interrupted) {
                    end();
                }
            }
        }
    }

    private void interrupt() {
        if (!atTerminal) {
            end();
        }
    }

    private synchronized void end() {
        if (askedToEnd) {
            process.destroyForcibly();
        } else {
            askedToEnd = true;
            process.destroy();
        }
    }
}
