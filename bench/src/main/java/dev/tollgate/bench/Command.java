package dev.tollgate.bench;

/** One of the bench's programs. */
interface Command {
    String usage();

    /**
     * Measures and prints.
     *
     * @param words the options
     * @param commandLine the whole of it, for the report
     * @return whether what was measured is worth something: every call was answered whole
     */
    boolean run(String[] words, String commandLine) throws InterruptedException;
}
