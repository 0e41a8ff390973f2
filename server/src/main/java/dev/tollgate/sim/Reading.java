package dev.tollgate.sim;

/** What became of reading a request's JSON. */
sealed interface Reading {

    record Understood(Prompt prompt) implements Reading {}

    /**
     * What the vendor would answer with a 400.
     *
     * @param message in the vendor's manner
     */
    record Unreadable(String message) implements Reading {}
}
